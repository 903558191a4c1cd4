import { snippetOf } from "../completion-item.ts";
import type { Source } from "../request.ts";
import type { Continuation } from "../slot.ts";

const templates: ReadonlyMap<Continuation, string> = new Map([
  ["then", "then ${value}"],
  ["else", "else ${value}"],
  ["as", "as ${i}"],
  ["from", "from (${name} = ${value})"],
  ["from file", 'from "${./file.mtl}"'],
  ["except", 'except ["${**.bias}"]'],
]);

/** Words that continue a value or an import: `then` and `else` of a conditional, `as` and `from` of a `repeat`, `except` after a pattern. */
export const joiningWords: Source = ({ slot: { continues = [] }, surroundings: { frames } }) =>
  continues.flatMap((continuation) => {
    const [label = ""] = continuation.split(" ");
    if (frames.at(-1)?.after.some(({ text }) => text === label)) return [];
    const template = templates.get(continuation) ?? label;
    return [{ label, kind: "operator", rank: 0, text: `${label} `, snippet: snippetOf(template) }];
  });
