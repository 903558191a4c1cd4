import type { Program } from "../../stage/checked-program.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { type ForwardRequest, elaborateForward } from "../../elaborate/forward.ts";
import type { ForwardGraph, TextLengths } from "../../stage/plan.ts";
import { alignLengths } from "./align.ts";
import { type Obstruction, obstruction } from "./obstruction.ts";

export interface ShorterForward {
  readonly kind: "forward";
  readonly forward: ForwardGraph;
}

type Request = Omit<ForwardRequest, "reporter">;

/**
 * The graph of a task with shorter texts, over the weights of the full one; or the reason why it would compute
 * something else.
 */
export function shorterForward(
  program: Program,
  request: Request & { readonly lengths: TextLengths },
  full: ForwardGraph,
): ShorterForward | Obstruction {
  const reporter = createReporter();
  const { forward } = elaborateForward(program, { ...request, reporter });
  const [problem] = reporter.diagnostics.filter(({ severity }) => severity === "error");
  if (!forward)
    return obstruction(
      `a shorter text does not fit (${problem?.message.replace(/\.$/u, "") ?? "its blocks are others"})`,
      problem && { spans: [problem.at], path: "" },
    );
  const aligned = alignLengths(forward.graph, full.graph);
  return aligned.kind === "obstruction"
    ? aligned
    : { kind: "forward", forward: { ...forward, graph: aligned.graph, weights: full.weights } };
}
