import { UserError } from "../../../runtime/user-error.ts";
import type { Explanation } from "../../diagnostics/explanations.ts";
import { nearest } from "../../diagnostics/nearest.ts";
import type { Paint } from "../../diagnostics/render/paint.ts";
import { readExplanations } from "../explanations.ts";
import type { Verb } from "../verb.ts";

export const explain: Verb = {
  name: "explain",
  summary: "Say what an error or warning means, and what to do about it.",
  examples: [
    ["mtl explain MTL4002", "by code"],
    ["mtl explain shape_mismatch", "by name"],
    ["mtl explain", "list them all"],
  ],
  configure: (command) => command.argument("[code]", "a code such as MTL4002, or its name"),
  async run(session, [code]) {
    const explanations = [...readExplanations().values()];
    session.print(code === undefined ? list(explanations) : render(find(code, explanations), session.paint.stdout));
    return 0;
  },
};

function find(asked: string, explanations: readonly Explanation[]): Explanation {
  const wanted = asked.toLowerCase().replaceAll("-", "_");
  const found = explanations.find(({ code, name }) => code.toLowerCase() === wanted || name === wanted);
  if (found !== undefined) return found;
  const similar = nearest(wanted, explanations.flatMap(({ code, name }) => [code.toLowerCase(), name]));
  const hint = similar === undefined ? "`mtl explain` lists all codes." : `Did you mean "${similar.startsWith("mtl") ? similar.toUpperCase() : similar}"?`;
  throw new UserError("usage", `There is no error or warning "${asked}".`, hint);
}

function list(explanations: readonly Explanation[]): string {
  return explanations.map(({ code, name }) => `${code}  ${name}\n`).join("");
}

function render({ code, name, body }: Explanation, paint: Paint): string {
  return `${paint("message", `${code} ${name}`)}\n\n${body}\n`;
}
