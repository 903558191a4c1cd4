import { wordsThatBegin } from "../../../../compiler/schema/topics.ts";
import { declarationWords } from "../../../../compiler/bind/report-syntax.ts";
import type { HeadWord } from "../../../../grammar/tokens.ts";
import { snippetOf } from "../completion-item.ts";
import type { CompletionRequest, Source } from "../request.ts";

/** The form of each declaration and statement, with what it cannot be without. */
export const skeletons: { readonly [Word in HeadWord]: string } = {
  model: 'model ${name} "${title}"',
  import: 'import { ${name} } from "${./file.mtl}"',
  param: "param ${name}: int = ${8}",
  modality: "modality ${name}: ${text}",
  block: "block ${name}(x: ${tokens}): ${tokens} {\n  return x -> ${norm}\n}",
  layer: "layer ${name} = ${norm}",
  stream: "stream ${name} = ${modality} -> ${norm}",
  fusion: "fusion ${name} = bottleneck(${left}, ${right}) { bottlenecks: 4  layers: 2  heads: 4 }",
  task: 'task ${name} {\n  from: ${stream}\n  head: ${linear(1)}\n  target: ${number("column")}\n}',
  dataset: 'dataset ${name} {\n  path: "${data.csv}"\n  tasks: [${task}]\n}',
  stage: "stage ${name} {\n  optimizer: ${adamw(rate: 1e-3)}\n  epochs: ${1}\n}",
  renamed: 'renamed "${old.**}" -> "${new.**}"',
  adapt: 'adapt "${**.kernel}" -> ${lora(rank: 8)}',
  weight: "weight ${name}[${width(x)}] = ${zeros}",
  state: "state ${name}[${width(x)}] = ${zeros}",
  update: "update ${name} = ${value}",
};

/** The name and the sign that follow the word in the form of a declaration or statement: `name =` of a stream, `"` of `adapt`. */
function shapeOf(rest: string): string {
  const [, name, sign = ""] = /^(\$\{name\}|[A-Za-z_]\w*)?\s*(\S?)/u.exec(rest) ?? [];
  return `${name === undefined ? "" : "name "}${sign}`;
}

/** True if a word can begin what follows the position: `stream` and `layer` before `x = …`. Everything can begin an empty line. */
export function canBegin(
  word: string,
  template: string,
  { analysis: { text }, surroundings: { start, end } }: CompletionRequest,
): boolean {
  const rest = /^[^\n]*/u.exec(text.slice(end))?.[0].trim() ?? "";
  if (start === end || rest === "" || rest.startsWith("//") || rest.startsWith("}")) return true;
  const shape = shapeOf(rest);
  // A param has a type and a value, and a modality has no value.
  if (shape === "name :")
    return (word === "param" && rest.includes("=")) || (word === "modality" && !rest.includes("="));
  return shape === shapeOf(template.slice(word.length + 1)) || (word === "param" && shape === "name =");
}

/** Words that begin a declaration. A model is proposed first where there is none. */
export const declarations: Source = (request) => {
  const { slot, analysis, surroundings } = request;
  const { text, tree } = analysis;
  const { start } = surroundings;
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  if (slot.begins !== "declaration" || line.trim() !== "") return [];
  const hasModel = tree.declarations.some(({ kind }) => kind === "Model");
  return declarationWords
    .filter((word) => (word !== "model" || !hasModel) && canBegin(word, skeletons[word as HeadWord], request))
    .map((word) => ({
      label: word,
      kind: "keyword",
      documentation: () => wordsThatBegin[word as HeadWord],
      rank: 0,
      text: `${word} `,
      snippet: snippetOf(skeletons[word as HeadWord]),
    }));
};
