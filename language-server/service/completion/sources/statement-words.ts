import { wordsThatBegin } from "../../../../compiler/schema/topics.ts";
import { snippetOf } from "../completion-item.ts";
import type { Source } from "../request.ts";
import { canBegin, skeletons } from "./declaration-words.ts";

const statements: readonly { readonly word: string; readonly template: string; readonly doc: string }[] = [
  { word: "let", template: "let ${name} = ${value}", doc: "Names a value for the statements after it." },
  { word: "return", template: "return ${value}", doc: "The result of the block." },
  { word: "yield", template: "yield ${value}", doc: "The values that the next round of a `repeat` begins with." },
  { word: "layer", template: skeletons.layer, doc: wordsThatBegin.layer },
  { word: "weight", template: skeletons.weight, doc: wordsThatBegin.weight },
  { word: "state", template: skeletons.state, doc: wordsThatBegin.state },
  { word: "update", template: skeletons.update, doc: wordsThatBegin.update },
];

/** Words that begin a statement of a block, or of a `repeat`, whose statements may be values. */
export const statementsOfBlocks: Source = (request) => {
  const { slot } = request;
  if (slot.begins !== "statement") return [];
  const isHere = (word: string): boolean =>
    word === "return" ? !slot.value : word !== "yield" || slot.value !== undefined;
  return statements
    .filter(({ word, template }) => isHere(word) && canBegin(word, template, request))
    .map(({ word, template, doc }) => ({
      label: word,
      kind: "keyword",
      documentation: () => doc,
      rank: 0,
      text: `${word} `,
      snippet: snippetOf(template),
    }));
};
