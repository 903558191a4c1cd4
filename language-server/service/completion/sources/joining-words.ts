import { snippetOf } from "../completion-item.ts";
import type { Source } from "../request.ts";

const templates: ReadonlyMap<string, string> = new Map([
  ["then", "then ${value}"],
  ["else", "else ${value}"],
  ["as", "as ${i}"],
  ["from", "from (${name} = ${value})"],
]);

/** Words that continue a value: `then` and `else` of a conditional, `as` and `from` of a `repeat`. */
export const joiningWords: Source = ({ slot: { continues = [] }, surroundings: { frames } }) =>
  continues
    .filter((word) => !frames.at(-1)?.after.some(({ text }) => text === word))
    .map((label) => ({
      label,
      kind: "operator",
      rank: 0,
      text: `${label} `,
      snippet: snippetOf(templates.get(label) ?? label),
    }));
