import type { Program } from "../../stage/checked-program.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { type ForwardRequest, elaborateForward } from "../../elaborate/forward.ts";
import type { TextLengths } from "../../stage/plan.ts";
import { bucketsOf } from "./buckets-of.ts";
import { targetOf } from "../../targets/index.ts";
import { type Obstruction, obstruction } from "./obstruction.ts";
import { shorterForward } from "./shorter-forward.ts";

/** The length buckets of a task. */
export interface TaskBuckets {
  /** The lengths at which its graphs can be compiled, shortest first; the last are the full ones, `{}`. */
  readonly lengths: readonly TextLengths[];
  /** Declared lengths at which they cannot, with the reason. */
  readonly obstructions: readonly { readonly lengths: TextLengths; readonly obstruction: Obstruction }[];
}

/** By program and request: the check of a program and its plans mostly ask for the same. */
const proved = new WeakMap<Program, Map<string, TaskBuckets>>();

interface Request extends Pick<ForwardRequest, "task" | "overrides"> {
  readonly stage: string;
  /** Scope paths that are in evaluation mode in training too. */
  readonly evaluated?: readonly string[];
}

/**
 * The length buckets that are valid in training and in evaluation. A prediction graph is part of an evaluation graph.
 */
export function taskBuckets(program: Program, { evaluated = [], ...request }: Request): TaskBuckets {
  const key = [request.stage, request.task, ...evaluated].join(" ");
  const ofProgram = proved.get(program) ?? new Map<string, TaskBuckets>();
  proved.set(program, ofProgram);
  const known =
    ofProgram.get(key) ?? proveBuckets(program, { ...request, isEvaluated: (path) => evaluated.includes(path) });
  ofProgram.set(key, known);
  return known;
}

function proveBuckets(
  program: Program,
  request: Pick<ForwardRequest, "task" | "stage" | "overrides" | "isEvaluated">,
): TaskBuckets {
  const { specification } = program;
  const task = specification.tasks[request.task];
  const all = task ? bucketsOf(task, specification) : [{}];
  const obstructions = new Map<TextLengths, Obstruction>();
  if (task && targetOf(task.target).drawnRows)
    for (const lengths of all.slice(0, -1))
      obstructions.set(lengths, obstruction("it draws values of other rows, whose texts may be longer"));
  for (const mode of all.length > 1 ? (["train", "evaluate"] as const) : []) {
    const whole = { ...request, mode, batch: 2 };
    const { forward: full } = elaborateForward(program, { ...whole, reporter: createReporter() });
    for (const lengths of full ? all.slice(0, -1) : []) {
      if (!full || obstructions.has(lengths)) continue;
      const shorter = shorterForward(program, { ...whole, lengths }, full);
      if (shorter.kind === "obstruction") obstructions.set(lengths, shorter);
    }
  }
  return {
    lengths: all.filter((lengths) => !obstructions.has(lengths)),
    obstructions: [...obstructions].map(([lengths, obstruction]) => ({ lengths, obstruction })),
  };
}
