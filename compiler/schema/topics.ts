import { type HeadWord } from "../../grammar/tokens.ts";
import { describeType } from "./describe-type.ts";
import type { BlockGroup } from "./reference.ts";
import { schema } from "./schema.ts";
import type { CallableDefinition, OptionDefinition, OptionTable } from "./types.ts";

/** What is known of one thing that has a name in the language. */
export interface Topic {
  readonly name: string;
  /** What it is: `metric top_k`, `option batch of a stage`. */
  readonly title: string;
  readonly text: string;
}

/** What each word that begins a declaration or a statement declares. */
const heads: { readonly [Head in HeadWord]: string } = {
  model: 'Begins a specification and names its model: `model NAME "a title"`.',
  import:
    'Takes blocks, params, modalities, layers and data sets from another file: `import { squeeze } from "./blocks.mtl"`.',
  param: "A value that the command line may set by `--set`: `param width: int in 16..512 = 64`.",
  modality: "An input and how it is read: `modality name: text(most: 24)`.",
  block:
    "A part of a model with parameters, to be used in several places: `block adapter(x: tokens, reduction: int = 4): tokens { … }`.",
  layer: "A layer with weights of its own, which all that names it share: `layer classify = norm -> linear(9)`.",
  stream: "A value that flows through the model: `stream seen = drawing -> conv_stem(width)`.",
  fusion: "Where streams meet, and how: `fusion met = bottleneck(seen, read) { bottlenecks: 4 }`.",
  task: "What is predicted from which stream, by which loss, and how it is measured.",
  dataset: "Where rows come from, which columns they have and which tasks they are for.",
  stage: "How some tasks are trained, and for how long. Stages run in the order of the text.",
  renamed: 'What weights were called before, so that older checkpoints are still read: `renamed "old.**" -> "new.**"`.',
  weight: "In a block, an array that is trained: `weight factor[width(x)] = ones`.",
  state:
    "In a block, an array that training carries along without gradients, such as running statistics: `state mean[width(x)] = zeros`.",
  update: "In a block, the next value of a `state`: `update mean = …`.",
};

/** Everything that has a name in the schema or the prelude. Several things may have one name. */
export function topics(groups: readonly BlockGroup[]): readonly Topic[] {
  return [...headTopics(), ...familyTopics(), ...blockTopics(groups)];
}

function headTopics(): readonly Topic[] {
  return Object.entries(heads).flatMap(([name, doc]): readonly Topic[] => {
    const options = Object.entries<OptionTable>(schema.declarations).find(([declaration]) => declaration === name)?.[1];
    return [
      { name, title: `\`${name}\``, text: [doc, optionList(options ?? {})].filter((part) => part !== "").join("\n\n") },
      ...optionTopics(options ?? {}, `a ${name}`, name),
    ];
  });
}

function familyTopics(): readonly Topic[] {
  return Object.entries(schema.families).flatMap(([family, table]): readonly Topic[] => {
    const kind = family.replaceAll("_", " ");
    const members = Object.entries<CallableDefinition>(table);
    const list = members.map(([name, { doc }]) => `  ${name}: ${firstSentence(doc)}`).join("\n");
    const whole: readonly Topic[] = members.some(([name]) => name === family)
      ? []
      : [{ name: family, title: `kinds of ${kind}`, text: list }];
    return [
      ...whole,
      ...members.flatMap(([name, member]): readonly Topic[] => [
        memberTopic(kind, name, member),
        ...optionTopics(member.options, family === name ? `a ${kind}` : `the ${kind} ${name}`, name),
      ]),
    ];
  });
}

function memberTopic(kind: string, name: string, { doc, source, options }: CallableDefinition): Topic {
  const text = [source === undefined ? doc : `${doc} ${source}.`, optionList(options)]
    .filter((part) => part !== "")
    .join("\n\n");
  return { name, title: `${kind} ${name}`, text };
}

/** An option is known by its name, and by that of what has it: `stage.batch`. */
function optionTopics(options: OptionTable, owner: string, of: string): readonly Topic[] {
  return Object.entries(options).flatMap(([option, definition]) => {
    const about = { title: `option ${option} of ${owner}`, text: describeOption(definition) };
    return [
      { name: option, ...about },
      { name: `${of}.${option}`, ...about },
    ];
  });
}

function blockTopics(groups: readonly BlockGroup[]): readonly Topic[] {
  return groups.flatMap(({ title, blocks }) =>
    blocks.map(({ name, signature, doc }): Topic => ({
      name,
      title: `block ${name} (${title})`,
      text: `${signature}\n\n${doc}`.trimEnd(),
    })),
  );
}

function optionList(options: OptionTable): string {
  return Object.entries(options)
    .map(([name, option]) => `  ${name}: ${describeOption(option)}`)
    .join("\n");
}

function describeOption({ type, required, default: value, unit, doc }: OptionDefinition): string {
  const usual = value === undefined ? [] : [`${typeof value === "object" ? value.join(", ") : value} by default`];
  const facts = [
    describeType(type),
    ...(unit === undefined ? [] : [`in ${unit}`]),
    ...(required ? ["required"] : usual),
  ];
  return `${facts.join(", ")}. ${doc}`;
}

function firstSentence(text: string): string {
  return /^[^.]*(?:\.(?!\s|$)[^.]*)*\.?/.exec(text)?.[0] ?? text;
}
