import type { CallExpression } from "../../../grammar/ast.ts";
import type { CodeActionSource, Selection } from "./code-action.ts";
import { replaced, textOf } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

/** `fuse(a, b) { layers: 2 }` becomes `fuse(a, b, layers: 2)`. */
export const bodyToArguments: CodeActionSource = {
  name: "body-to-arguments",
  kind: "refactor.rewrite",
  find(selection) {
    const call = innermost(selection, "Call");
    const { positional, named } = partsOf(selection, call);
    if (!call || !textOf(selection, call).endsWith("}") || hasComment(selection, call)) return [];
    const text = `${textOf(selection, call.callee)}(${[...positional, ...named].join(", ")})`;
    return [{ title: "Write the body as arguments", edits: [replaced(call.span, text)] }];
  },
};

/** `fuse(a, b, layers: 2)` becomes `fuse(a, b) { layers: 2 }`. */
export const argumentsToBody: CodeActionSource = {
  name: "arguments-to-body",
  kind: "refactor.rewrite",
  find(selection) {
    const call = innermost(selection, "Call");
    const { positional, named } = partsOf(selection, call);
    if (!call || named.length === 0 || textOf(selection, call).endsWith("}") || hasComment(selection, call)) return [];
    const before = `(${positional.join(", ")})`;
    const text = `${textOf(selection, call.callee)}${before} { ${named.join("  ")} }`;
    return [{ title: "Write the named arguments as a body", edits: [replaced(call.span, text)] }];
  },
};

function partsOf(
  selection: Selection,
  call: CallExpression | undefined,
): { readonly positional: readonly string[]; readonly named: readonly string[] } {
  const all = call?.arguments ?? [];
  return {
    positional: all.filter(({ name }) => !name).map((argument) => textOf(selection, argument)),
    named: all.filter(({ name }) => name).map((argument) => textOf(selection, argument)),
  };
}

/** A comment within the call would be lost. */
function hasComment({ analysis }: Selection, { span }: CallExpression): boolean {
  return analysis.tree.comments.some((comment) => span.start <= comment.span.start && comment.span.end <= span.end);
}
