import type { CodeActionSource } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { selectedSteps } from "./layer-steps.ts";
import { inserted, replaced } from "./snippets.ts";
import { declarationOf } from "./surroundings.ts";

/** Selected steps of a pipeline become a `block` of one stream. Each use of a block has weights of its own. */
export const extractBlock: CodeActionSource = {
  name: "extract-block",
  kind: "refactor.extract",
  find(selection) {
    const steps = selectedSteps(selection);
    const around = declarationOf(selection);
    if (!steps || !around || around.kind === "Block") return [];
    const { path } = selection;
    const name = freeName(selection, "steps");
    const start = around.span.start + "block ".length;
    return [
      {
        title: "Extract a block",
        edits: [
          inserted(path, around.span.start, `block ${name}(x: stream): stream {\n  return x -> ${steps.text}\n}\n\n`),
          replaced({ file: path, start: steps.start, end: steps.end }, name),
        ],
        renames: { file: path, start, end: start + name.length },
      },
    ];
  },
};
