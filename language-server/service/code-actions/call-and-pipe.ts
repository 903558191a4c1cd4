import type { CodeActionSource } from "./code-action.ts";
import { asOperand, replaced, textOf } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

/** `x -> linear(3)` becomes `linear(x, 3)`. */
export const pipeToCall: CodeActionSource = {
  name: "pipe-to-call",
  kind: "refactor.rewrite",
  find(selection) {
    const pipe = innermost(selection, "Pipe");
    if (!pipe) return [];
    const left = textOf(selection, pipe.left);
    const { right } = pipe;
    if (right.kind === "Name")
      return [{ title: "Write the step as a call", edits: [replaced(pipe.span, `${right.name}(${left})`)] }];
    if (right.kind !== "Call" || right.callee.kind !== "Name") return [];
    const callee = right.callee.name;
    const rest = textOf(selection, right).slice(callee.length).trimStart();
    if (!rest.startsWith("(")) return [];
    const inner = rest.slice(1);
    const text = inner.trimStart().startsWith(")")
      ? `${callee}(${left}${inner.trimStart()}`
      : `${callee}(${left}, ${inner}`;
    return [{ title: "Write the step as a call", edits: [replaced(pipe.span, text)] }];
  },
};

/** `linear(x, 3)` becomes `x -> linear(3)`. */
export const callToPipe: CodeActionSource = {
  name: "call-to-pipe",
  kind: "refactor.rewrite",
  find(selection) {
    const call = innermost(selection, "Call");
    const [first, second] = call?.arguments ?? [];
    if (!call || !first || first.name || first.label || call.callee.kind !== "Name") return [];
    if (selection.analysis.compilation.notes.shapesOf(first.value).length === 0) return [];
    const rest = second ? textOf(selection, call).slice(second.span.start - call.span.start) : undefined;
    const step = rest === undefined ? call.callee.name : `${call.callee.name}(${rest}`;
    return [
      {
        title: "Write the call as a step",
        edits: [replaced(call.span, `${asPiped(selection, first.value)} -> ${step}`)],
      },
    ];
  },
};

/** The operand of a pipeline. A pipeline before it needs no parentheses. */
function asPiped(selection: Parameters<CodeActionSource["find"]>[0], node: Parameters<typeof asOperand>[1]): string {
  return node.kind === "Pipe" ? textOf(selection, node) : asOperand(selection, node);
}
