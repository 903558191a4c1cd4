import type { CodeActionSource } from "./code-action.ts";
import { inserted } from "./snippets.ts";

/** A specification with tasks has a model. Its name is that of the file. */
export const addModel: CodeActionSource = {
  name: "add-model",
  kind: "quickfix",
  find: ({ diagnostics, path }) =>
    diagnostics
      .filter(({ name }) => name === "no_model")
      .map((diagnostic) => {
        const stem =
          path
            .split("/")
            .at(-1)
            ?.replace(/\.mtl$/u, "")
            .replaceAll(/\W/gu, "_") ?? "";
        const name = /^[A-Za-z_]/u.test(stem) ? stem : "model_1";
        return { title: `Add \`model ${name}\``, edits: [inserted(path, 0, `model ${name}\n\n`)], mends: diagnostic };
      }),
};
