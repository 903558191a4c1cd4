import { typeNames } from "../../../../compiler/resolve/parameter-type.ts";
import { snippetOf } from "../completion-item.ts";
import type { Source } from "../request.ts";

/** The types that a param can have; those of parameters are all. */
const ofParams: ReadonlySet<string> = new Set(["int", "number", "rate", "bool", "string", "any"]);

const composed: readonly { readonly label: string; readonly template: string; readonly doc: string }[] = [
  { label: "one of", template: "one of [${first}, ${second}]", doc: "One of several words." },
  { label: "optional", template: "optional ${tokens}", doc: "A value that may be `none`, which is also its default." },
  {
    label: "list of",
    template: "list of ${tokens}",
    doc: "A list. It takes all the positional arguments that remain.",
  },
  { label: "int in", template: "int in ${1}..${1024}", doc: "A whole number in a range, both ends included." },
];

/** Types, where a param, a parameter or the result of a block is declared. */
export const types: Source = ({ slot: { value } }) => {
  if (value?.kind !== "type") return [];
  const isParam = value.of === "param";
  const names = typeNames.filter((name) => !isParam || ofParams.has(name));
  return [
    ...names.map((label) => ({ label, kind: "type" as const, rank: isParam || !ofParams.has(label) ? 0 : 1 })),
    ...composed
      .filter(({ label }) => (value.of === "result" ? label === "list of" : !isParam || /one of|int in/u.test(label)))
      .map(({ label, template, doc }) => ({
        label,
        kind: "type" as const,
        rank: 1,
        documentation: () => doc,
        text: `${label} `,
        snippet: snippetOf(template),
      })),
  ];
};
