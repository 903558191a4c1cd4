import { z } from "zod";
import { explanationsOf } from "../explanations-of.ts";
import { tool } from "../tool.ts";

export const explain = tool({
  name: "explain",
  title: "Explain a name or a code",
  description:
    "Explains a diagnostic by its code (MTL4002), a block, an option, a metric, an optimizer, a sampler, a target or any other name of the language: signature, options, defaults, paper.",
  input: { name: z.string().describe("a code such as MTL4002, or a name such as bottleneck or stage.batch") },
  run(_, { name }) {
    const found = explanationsOf(name, "The tool `list` gives all names.");
    return found.map(({ title, text }) => `${title}\n\n${text}`).join("\n\n");
  },
});
