import type { Paint } from "../../compiler/diagnostics/render/paint.ts";
import type { Topic } from "../../compiler/schema/topics.ts";
import type { Verb } from "../verb.ts";

export const explain: Verb = {
  name: "explain",
  summary: "Explain an error or warning, a block, an option, a metric or any other name of the language.",
  examples: [
    ["mtl explain MTL4002", "an error, by its code or its name"],
    ["mtl explain top_k", "a metric, sampler, optimizer, block …"],
    ["mtl explain stage.batch", "an option; batch alone explains all options with this name"],
    ["mtl explain", "list all errors and warnings"],
  ],
  configure: (command) => command.argument("[name]", "a code such as MTL4002, or a name"),
  async run(session, [name]) {
    if (name === undefined) {
      const { readExplanations } = await import("../../runtime/explanations.ts");
      session.print([...readExplanations().values()].map(({ code, name: title }) => `${code}  ${title}\n`).join(""));
      session.note("\nBlocks, options, metrics and all other names of the language are explained by their names too.");
    } else {
      const { explanationsOf } = await import("../../language-server/mcp/explanations-of.ts");
      const found = explanationsOf(name, "`mtl explain` lists all codes; docs/reference.md has all names.");
      session.print(found.map((each) => render(each, session.paint.stdout)).join("\n"));
    }
    return 0;
  },
};

function render({ title, text }: Topic, paint: Paint): string {
  return `${paint("message", title)}\n\n${text}\n`;
}
