import type { Program } from "../../stage/checked-program.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { type ForwardRequest, elaborateForward } from "../../elaborate/forward.ts";
import type { TextLengths } from "../../stage/plan.ts";
import type { Pin } from "./align.ts";
import { bucketsOf } from "./buckets.ts";
import { shorterForward } from "./shorter-forward.ts";

/** At which lengths a task's graphs can be compiled. */
export interface TaskLengths {
  /** Shortest first; the last are the full ones, `{}`. */
  readonly lengths: readonly TextLengths[];
  /** What keeps it from the other ones. */
  readonly pins: readonly { readonly lengths: TextLengths; readonly pin: Pin }[];
}

/** By program and request: the check of a program and its plans mostly ask for the same. */
const proved = new WeakMap<Program, Map<string, TaskLengths>>();

interface Request extends Pick<ForwardRequest, "task" | "overrides"> {
  readonly stage: string;
  /** Places that are in evaluation mode in training too. */
  readonly evaluated?: readonly string[];
}

/** What holds in training and in evaluation; a graph that predicts is a part of the latter. */
export function taskLengths(program: Program, { stage, evaluated = [], ...request }: Request): TaskLengths {
  const key = [stage, request.task, ...evaluated].join(" ");
  const ofProgram = proved.get(program) ?? new Map<string, TaskLengths>();
  proved.set(program, ofProgram);
  const known =
    ofProgram.get(key) ?? proveLengths(program, { ...request, isEvaluated: (place) => evaluated.includes(place) });
  ofProgram.set(key, known);
  return known;
}

function proveLengths(
  program: Program,
  request: Pick<ForwardRequest, "task" | "overrides" | "isEvaluated">,
): TaskLengths {
  const { specification } = program;
  const task = specification.tasks[request.task];
  const all = task ? bucketsOf(task, specification) : [{}];
  const pins = new Map<TextLengths, Pin>();
  for (const mode of all.length > 1 ? (["train", "evaluate"] as const) : []) {
    const whole = { ...request, mode, batch: 2 };
    const { forward: full } = elaborateForward(program, { ...whole, reporter: createReporter() });
    for (const lengths of full ? all.slice(0, -1) : []) {
      const shorter = full && !pins.has(lengths) ? shorterForward(program, { ...whole, lengths }, full) : undefined;
      if (shorter?.kind === "pin") pins.set(lengths, shorter);
    }
  }
  return {
    lengths: all.filter((lengths) => !pins.has(lengths)),
    pins: [...pins].map(([lengths, pin]) => ({ lengths, pin })),
  };
}
