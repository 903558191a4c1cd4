import type { Expression } from "../../../grammar/ast.ts";
import { visit } from "../../../grammar/children.ts";
import type { CodeActionSource } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { inserted, replaced, textOf } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

/** A step that is written several times, each with weights of its own, becomes one `layer` whose weights all of them share. */
export const shareAsLayer: CodeActionSource = {
  name: "share-as-layer",
  kind: "refactor.rewrite",
  find(selection) {
    const { analysis, path } = selection;
    const expression = innermost(selection, "Call");
    if (expression?.callee.kind !== "Name") return [];
    const text = textOf(selection, expression);
    const same: Expression[] = [];
    visit(analysis.tree, (node, parent) => {
      if (node.kind === "Block" || node.kind === "Layer") return "skip";
      const isStep = parent?.kind === "Pipe" && parent.right === node;
      if (isStep && node.kind === "Call" && textOf(selection, node) === text) same.push(node);
    });
    const [first] = same;
    if (!first || same.length < 2 || !same.includes(expression)) return [];
    const around = analysis.tree.declarations.find(
      ({ span }) => span.start <= first.span.start && first.span.end <= span.end,
    );
    if (!around) return [];
    const name = freeName(selection, `shared_${expression.callee.name}`);
    return [
      {
        title: `Share the weights of all ${same.length} \`${text}\``,
        edits: [
          inserted(path, around.span.start, `layer ${name} = ${text}\n\n`),
          ...same.map(({ span }) => replaced(span, name)),
        ],
      },
    ];
  },
};
