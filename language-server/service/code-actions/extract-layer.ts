import type { CodeActionSource } from "./code-action.ts";
import { extracted } from "./extracted.ts";
import { selectedSteps } from "./layer-steps.ts";
import { declarationOf } from "./surroundings.ts";

/** Selected steps of a pipeline become a `layer`, which other pipelines can share. Weights get the name of the layer. */
export const extractLayer: CodeActionSource = {
  name: "extract-layer",
  kind: "refactor.extract",
  find: (selection) =>
    declarationOf(selection)?.kind === "Block"
      ? []
      : extracted(selection, {
          title: "Extract a layer",
          name: "shared",
          part: selectedSteps(selection),
          declared: (name, text) => `layer ${name} = ${text}`,
        }),
};
