import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { nodesAt } from "../node-at.ts";
import type { CodeAction, CodeActionSource, Selection } from "./code-action.ts";
import { inserted } from "./snippets.ts";
import { declarationAround } from "./surroundings.ts";

interface Missing {
  readonly diagnostic: Diagnostic;
  readonly name: string;
  /** True for a step of a pipeline, or the callee of a call: a layer or a block. */
  readonly isApplied: boolean;
}

/** Sources that declare a name which is not defined, each as another kind of declaration, before the declaration that uses it. */
function declaring(
  name: string,
  title: (missing: Missing) => string | undefined,
  text: (missing: Missing) => string,
): CodeActionSource {
  return {
    name,
    kind: "quickfix",
    find: (selection): readonly CodeAction[] =>
      missingNames(selection).flatMap((missing) => {
        const shown = title(missing);
        const around = declarationAround(selection, missing.diagnostic.at.start);
        if (shown === undefined || !around) return [];
        const edit = inserted(selection.path, around.span.start, `${text(missing)}\n\n`);
        return [{ title: shown, edits: [edit], mends: missing.diagnostic }];
      }),
  };
}

function missingNames({ diagnostics, analysis }: Selection): readonly Missing[] {
  return diagnostics
    .filter(({ name }) => name === "unknown_name")
    .map((diagnostic) => {
      const around = nodesAt(analysis.tree, diagnostic.at.start);
      const parent = around.at(-2);
      const node = around.at(-1);
      const isCallee = parent?.kind === "Call" && parent.callee === node;
      const isStep = parent?.kind === "Pipe" && parent.right === node;
      const name = analysis.text.slice(diagnostic.at.start, diagnostic.at.end);
      return { diagnostic, name, isApplied: isCallee || isStep };
    });
}

export const declareParam = declaring(
  "declare-param",
  ({ name, isApplied }) => (isApplied ? undefined : `Declare the param \`${name}\``),
  ({ name }) => `param ${name}: int in 1..1024 = 64`,
);

export const declareLayer = declaring(
  "declare-layer",
  ({ name, isApplied }) => (isApplied ? `Declare the layer \`${name}\`` : undefined),
  ({ name }) => `layer ${name} = norm -> linear(64)`,
);

export const declareBlock = declaring(
  "declare-block",
  ({ name, isApplied }) => (isApplied ? `Declare the block \`${name}\`` : undefined),
  ({ name }) => `block ${name}(x: tokens): tokens {\n  return x\n}`,
);

export const declareModality = declaring(
  "declare-modality",
  ({ name, isApplied }) => (isApplied ? undefined : `Declare the modality \`${name}\``),
  ({ name }) => `modality ${name}: text(max_length: 32, tokenizer: characters)`,
);
