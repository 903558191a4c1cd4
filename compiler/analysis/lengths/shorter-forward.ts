import type { Program } from "../../stage/checked-program.ts";
import { createReporter } from "../../diagnostics/reporter.ts";
import { type ForwardRequest, elaborateForward } from "../../elaborate/forward.ts";
import type { ForwardGraph, TextLengths } from "../../stage/plan.ts";
import { type Pin, alignLengths } from "./align.ts";

export interface ShorterForward {
  readonly kind: "forward";
  readonly forward: ForwardGraph;
}

type Request = Omit<ForwardRequest, "reporter">;

/** A task with shorter texts over the weights of the full one; or why it would give something else than that. */
export function shorterForward(
  program: Program,
  request: Request & { readonly lengths: TextLengths },
  full: ForwardGraph,
): ShorterForward | Pin {
  const reporter = createReporter();
  const { forward } = elaborateForward(program, { ...request, reporter });
  const [problem] = reporter.diagnostics.filter(({ severity }) => severity === "error");
  if (!forward)
    return {
      kind: "pin",
      reason: `a shorter text does not fit (${problem?.message.replace(/\.$/u, "") ?? "its blocks are others"})`,
      origin: problem && { spans: [problem.at], path: "" },
    };
  const aligned = alignLengths(forward.graph, full.graph);
  return aligned.kind === "pin"
    ? aligned
    : { kind: "forward", forward: { ...forward, graph: aligned.graph, weights: full.weights } };
}
