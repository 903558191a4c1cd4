import type { CodeActionSource } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { selectedSteps } from "./layer-steps.ts";
import { inserted, replaced } from "./snippets.ts";
import { declarationOf } from "./surroundings.ts";

/** Selected steps of a pipeline become a `layer`, which other pipelines can share. Weights get the name of the layer. */
export const extractLayer: CodeActionSource = {
  name: "extract-layer",
  kind: "refactor.extract",
  find(selection) {
    const steps = selectedSteps(selection);
    const around = declarationOf(selection);
    if (!steps || !around || around.kind === "Block") return [];
    const { path } = selection;
    const name = freeName(selection, "shared");
    const start = around.span.start + "layer ".length;
    return [
      {
        title: "Extract a layer",
        edits: [
          inserted(path, around.span.start, `layer ${name} = ${steps.text}\n\n`),
          replaced({ file: path, start: steps.start, end: steps.end }, name),
        ],
        renames: { file: path, start, end: start + name.length },
      },
    ];
  },
};
