import { z } from "zod";
import { prelude } from "../../../compiler/prelude/prelude.ts";
import { preludeReference } from "../../../compiler/schema/prelude-reference.ts";
import { schema } from "../../../compiler/schema/schema.ts";
import { tool } from "../tool.ts";

/** The first sentence of a text. */
function summary(text: string): string {
  return /^[^]*?[.:](?=\s|$)/u.exec(text)?.[0] ?? text;
}

export const list = tool({
  name: "list",
  title: "List blocks and options",
  description:
    "Lists the blocks of the standard library with their signatures, the options of task, dataset and stage with their types, or the members of the families (targets, losses, metrics, optimizers, samplers …). `explain` says more about each.",
  input: { of: z.enum(["blocks", "options", "families"]) },
  run(_, { of }) {
    if (of === "blocks")
      return preludeReference(prelude).map(({ title, blocks }) => ({
        group: title,
        blocks: blocks.map(({ name, signature, doc }) => ({ name, signature, doc: summary(doc) })),
      }));
    if (of === "options")
      return Object.fromEntries(
        Object.entries(schema.declarations).map(([declaration, options]) => [
          declaration,
          Object.fromEntries(Object.entries(options).map(([option, { doc }]) => [option, summary(doc)])),
        ]),
      );
    return Object.fromEntries(
      Object.entries(schema.families).map(([family, members]) => [family, Object.keys(members)]),
    );
  },
});
