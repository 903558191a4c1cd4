import type { CodeActionSource } from "./code-action.ts";
import { extracted } from "./extracted.ts";
import { selectedSteps } from "./layer-steps.ts";
import { declarationOf } from "./surroundings.ts";

/** Selected steps of a pipeline become a `block` of one stream. Each use of a block has weights of its own. */
export const extractBlock: CodeActionSource = {
  name: "extract-block",
  kind: "refactor.extract",
  find: (selection) =>
    declarationOf(selection)?.kind === "Block"
      ? []
      : extracted(selection, {
          title: "Extract a block",
          name: "steps",
          part: selectedSteps(selection),
          declared: (name, text) => `block ${name}(x: stream): stream {\n  return x -> ${text}\n}`,
        }),
};
