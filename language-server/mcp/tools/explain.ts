import { z } from "zod";
import { nearestName } from "../../../compiler/diagnostics/nearest.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { tool } from "../tool.ts";
import { allTopics } from "../topics.ts";

export const explain = tool({
  name: "explain",
  title: "Explain a name or a code",
  description:
    "Explains a diagnostic by its code (MTL4002), a block, an option, a metric, an optimizer, a sampler, a target or any other name of the language: signature, options, defaults, paper.",
  input: { name: z.string().describe("a code such as MTL4002, or a name such as bottleneck or stage.batch") },
  run(_, { name }) {
    const known = allTopics();
    const wanted = name.toLowerCase().replaceAll("-", "_");
    const found = known.filter((topic) => topic.name.toLowerCase() === wanted);
    if (found.length > 0) return found.map(({ title, text }) => `${title}\n\n${text}`).join("\n\n");
    const nearest = nearestName(name, new Set(known.map((topic) => topic.name)));
    throw new UserError(
      "usage",
      `There is no explanation of "${name}".`,
      nearest === undefined ? "The tool `list` gives all names." : `Did you mean "${nearest}"?`,
    );
  },
});
