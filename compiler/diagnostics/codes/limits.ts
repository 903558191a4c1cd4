import { define } from "../define.ts";

/** `1,000,000`. */
const whole = (number: number): string => number.toLocaleString("en-US");

/** What a specification may ask for. */
export const limits = {
  too_much_work: define<{ most: number }>({
    code: "MTL6001",
    severity: "error",
    message: ({ most }) => `By here the specification has asked for more than ${whole(most)} steps of work.`,
    help: ({ most }) => `Repeat less. If it is meant, allow more: MTL_LIMITS="work=${most * 10}".`,
  }),
  too_deep: define<{ most: number }>({
    code: "MTL6002",
    severity: "error",
    message: ({ most }) => `This stands within more than ${whole(most)} other expressions and blocks.`,
    help: () =>
      "Give a part of it a name of its own, by a stream, a `let` or a block; for the same block many times there is `repeat`.",
  }),
  too_many_values: define<{ most: number }>({
    code: "MTL6003",
    severity: "error",
    message: ({ most }) => `A tensor here has more than ${whole(most)} values for one row.`,
    help: ({ most }) => `Look at the sizes. If they are meant, allow more: MTL_LIMITS="values=${most * 10}".`,
  }),
  unknown_limit: define<{ text: string; known: string }>({
    code: "MTL6004",
    severity: "error",
    message: ({ text }) => `"${text}" sets no limit.`,
    help: ({ known }) => `Limits are set like work=20M, with blanks between several. There are ${known}.`,
  }),
};
