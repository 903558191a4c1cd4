import { UserError } from "../../runtime/user-error.ts";
import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import type { Explanation } from "../../compiler/diagnostics/explanations.ts";
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
    const { readExplanations } = await import("../../runtime/explanations.ts");
    const explanations = [...readExplanations().values()];
    const paint = session.paint.stdout;
    if (name !== undefined)
      session.print((await explanationOf(name, explanations)).map((each) => render(each, paint)).join("\n"));
    else {
      session.print(explanations.map(({ code, name: title }) => `${code}  ${title}\n`).join(""));
      session.note("\nBlocks, options, metrics and all other names of the language are explained by their names too.");
    }
    return 0;
  },
};

type Section = Pick<Topic, "title" | "text">;

/** All that has the name. */
async function explanationOf(asked: string, explanations: readonly Explanation[]): Promise<readonly Section[]> {
  const [{ prelude }, { preludeReference }, { topics }] = await Promise.all([
    import("../../compiler/prelude/prelude.ts"),
    import("../../compiler/schema/prelude-reference.ts"),
    import("../../compiler/schema/topics.ts"),
  ]);
  const known = topics(preludeReference(prelude));
  const wanted = asked.toLowerCase().replaceAll("-", "_");
  const codes = explanations
    .filter(({ code, name }) => code.toLowerCase() === wanted || name === wanted)
    .map(({ code, name, body }) => ({ title: `${code} ${name}`, text: body }));
  const found = [...codes, ...known.filter(({ name }) => name === wanted || name === asked)];
  if (found.length > 0) return found;
  const names = [...explanations.flatMap(({ code, name }) => [code, name]), ...new Set(known.map(({ name }) => name))];
  throw new UserError(
    "usage",
    `There is no error or warning, block, option or other name "${asked}".`,
    suggestionAmong(
      /^mtl\d/.test(wanted) ? wanted.toUpperCase() : wanted,
      names,
      "`mtl explain` lists all codes; docs/reference.md has all names.",
    ),
  );
}

function render({ title, text }: Section, paint: Paint): string {
  return `${paint("message", title)}\n\n${text}\n`;
}
