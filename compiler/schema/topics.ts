import { type HeadWord } from "../../grammar/tokens.ts";
import type { SchemaDefinition } from "../resolve/definition.ts";
import { describeType } from "./describe-type.ts";
import type { BlockGroup } from "./reference.ts";
import { schema } from "./schema.ts";
import type { CallableDefinition, OptionDefinition, OptionTable } from "./types.ts";

/** Help for one name of the language. */
export interface Topic {
  readonly name: string;
  /** The kind of topic with its name: `metric top_k`, `option batch of a stage`. */
  readonly title: string;
  readonly text: string;
  /** The entry of the schema that it explains; absent for the words that begin declarations, for families and for blocks. */
  readonly explains?: Pick<SchemaDefinition, "kind" | "of" | "name">;
}

/** The meaning of each word that begins a declaration or a statement. */
export const wordsThatBegin: { readonly [Head in HeadWord]: string } = {
  model: 'Begins a specification and names its model: `model NAME "a title"`.',
  import:
    'Imports blocks, params, modalities, layers and data sets from another file: `import { squeeze } from "./blocks.mtl"`.',
  param: "A value that the command line can set with `--set`: `param width: int in 16..512 = 64`.",
  modality: "An input with its format: `modality name: text(max_length: 24)`.",
  block: "A reusable part of a model, with parameters: `block adapter(x: tokens, reduction: int = 4): tokens { … }`.",
  layer:
    "A layer with its own weights, which are shared by all uses of its name: `layer classify = norm -> linear(9)`.",
  stream: "A named value of the model: `stream seen = drawing -> conv_stem(width)`.",
  fusion: "Combines streams: `fusion met = bottleneck(seen, read) { bottlenecks: 4 }`.",
  task: "A prediction: the stream it is made from, the target, the loss and the metrics.",
  dataset: "A source of rows: its files, their columns and the tasks that they are for.",
  stage: "Trains some tasks for a number of steps or epochs. Stages run in the order of the text.",
  renamed: 'Earlier names of weights, so that older checkpoints are still read: `renamed "old.**" -> "new.**"`.',
  adapt:
    'Reads the weights that match a pattern through a block, which may have weights of its own: `adapt "**.query.kernel" -> lora(rank: 8)`.',
  weight: "In a block, an array that is trained: `weight factor[width(x)] = ones`.",
  state:
    "In a block, an array that training carries along without gradients, such as running statistics: `state mean[width(x)] = zeros`.",
  update: "In a block, the next value of a `state`: `update mean = …`.",
};

/** All names of the schema and the prelude. Several topics may have one name. */
export function topics(groups: readonly BlockGroup[]): readonly Topic[] {
  return [...headTopics(), ...familyTopics(), ...blockTopics(groups)];
}

function headTopics(): readonly Topic[] {
  return Object.entries(wordsThatBegin).flatMap(([name, doc]): readonly Topic[] => {
    const options = Object.entries<OptionTable>(schema.declarations).find(([declaration]) => declaration === name)?.[1];
    return [
      { name, title: `\`${name}\``, text: [doc, optionList(options ?? {})].filter((part) => part !== "").join("\n\n") },
      ...optionTopics(options ?? {}, { title: `a ${name}`, name, of: name }),
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
        { ...memberTopic(kind, name, member), explains: { kind: "member", of: family, name } },
        ...optionTopics(member.options, {
          title: family === name ? `a ${kind}` : `the ${kind} ${name}`,
          name,
          of: `${family}.${name}`,
        }),
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

/** The owner of options: as titles name it, as a user names it, and as definitions do. */
interface Owner {
  readonly title: string;
  readonly name: string;
  readonly of: string;
}

/** An option is found by its name, and by `stage.batch`, with the name of its owner. */
function optionTopics(options: OptionTable, { title, name, of }: Owner): readonly Topic[] {
  return Object.entries(options).flatMap(([option, definition]) => {
    const about = {
      title: `option ${option} of ${title}`,
      text: describeOption(definition),
      explains: { kind: "option", of, name: option },
    } as const;
    return [
      { name: option, ...about },
      { name: `${name}.${option}`, ...about },
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

/** The type, the unit and the default of an option, and what it is for. */
export function describeOption({ type, required, default: value, unit, doc }: OptionDefinition): string {
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
