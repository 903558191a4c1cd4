import { define } from "../define.ts";

/** `1,000,000`. */
const whole = (number: number): string => number.toLocaleString("en-US");

/** Limits of the size of a specification and of the work of compiling it. */
export const limits = {
  too_much_work: define<{ most: number }>({
    code: "MTL6001",
    severity: "error",
    message: ({ most }) => `Compiling the specification up to here took more than ${whole(most)} steps of work.`,
    help: ({ most }) => `Use fewer repetitions, or raise the limit: MTL_LIMITS="work=${most * 10}".`,
  }),
  too_deep: define<{ most: number }>({
    code: "MTL6002",
    severity: "error",
    message: ({ most }) => `This is nested in more than ${whole(most)} expressions and blocks.`,
    help: () => "Name a part of it with a stream, a `let` or a block; use `repeat` to apply the same block many times.",
  }),
  too_many_values: define<{ most: number }>({
    code: "MTL6003",
    severity: "error",
    message: ({ most }) => `A tensor here has more than ${whole(most)} values per row.`,
    help: ({ most }) => `Check the sizes, or raise the limit: MTL_LIMITS="values=${most * 10}".`,
  }),
  unknown_limit: define<{ text: string; known: string }>({
    code: "MTL6004",
    severity: "error",
    message: ({ text }) => `"${text}" is not a limit.`,
    help: ({ known }) => `Write limits like work=20M, separated by spaces. The limits are ${known}.`,
  }),
};
