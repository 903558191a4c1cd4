import type { Expression, PipeExpression } from "../../../grammar/ast.ts";
import type { Selection } from "./code-action.ts";

/** Neighbouring steps of a pipeline, without the stream that enters them. */
export interface Steps {
  readonly start: number;
  readonly end: number;
}

/** The steps of a pipeline that a selection covers exactly: `norm -> linear(3)` of `words -> norm -> linear(3) -> mean`. */
export function selectedSteps({ analysis: { text }, nodes, start, end }: Selection): Steps | undefined {
  const selected = text.slice(start, end);
  const from = start + selected.length - selected.trimStart().length;
  const to = start + selected.trimEnd().length;
  if (from >= to) return undefined;
  const pipe = nodes.find((node): node is PipeExpression => node.kind === "Pipe");
  const steps = pipe ? stepsOf(pipe) : [];
  const isCovered =
    steps.slice(1).some(({ span }) => span.start === from) && steps.slice(1).some(({ span }) => span.end === to);
  return isCovered ? { start: from, end: to } : undefined;
}

/** The first operand of a pipeline and all of its steps. */
export function stepsOf(pipe: Expression): readonly Expression[] {
  const steps: Expression[] = [];
  let left = pipe;
  for (; left.kind === "Pipe"; left = left.left) steps.unshift(left.right);
  return [left, ...steps];
}
