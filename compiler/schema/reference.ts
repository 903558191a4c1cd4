import { describeType } from "./describe-type.ts";
import { schema } from "./schema.ts";
import type { CallableTable, OptionDefinition, OptionTable } from "./types.ts";

/** A block of the prelude, for the manual. */
export interface BlockReference {
  readonly name: string;
  readonly signature: string;
  readonly doc: string;
}

/** Blocks that share a file of the prelude. */
export interface BlockGroup {
  readonly title: string;
  readonly blocks: readonly BlockReference[];
}

/** The reference manual in Markdown, generated from the schema and the doc comments of the prelude. */
export function referencePage(groups: readonly BlockGroup[]): string {
  const sections = [
    introduction,
    "## Declarations",
    ...Object.entries(schema.declarations).map(([name, options]) => `### ${name}\n\n${optionTable(options)}`),
    ...Object.entries(schema.families).map(([family, table]) => familySection(family, table)),
    ...(groups.length === 0 ? [] : ["## Blocks of the standard library", ...groups.map(groupSection)]),
  ];
  return `${sections.join("\n\n")}\n`;
}

const introduction = `# Reference

Generated from \`compiler/schema/\` and \`compiler/prelude/\`; do not edit. \`UPDATE=1 npx vitest run test/schema\` regenerates it.

A *rate* is a fraction, \`10%\` or \`0.1\`. Numbers may end in \`k\`, \`M\`, \`G\` or \`T\`, for thousands and so on, and in units of bytes, of time and of frequency: \`512MB\`, \`1GiB\`, \`25ms\`, \`16kHz\`. A number with a unit is accepted only for options in seconds, bytes or hertz; \`16kHz * 25ms\` is 400. A *duration* is a number of steps, \`500\`, or a fraction of the stage, \`5%\`. A *pattern* is a name or glob, or a list of them,
that \`except\` can narrow: \`["seen.**", classify] except ["**.bias"]\`. The options of a call may be given without names in the order of the table; a call without
options needs no parentheses. An option that has no default and is not required may be omitted.`;

function familySection(family: string, table: CallableTable): string {
  const members = Object.entries(table).map(([name, { doc, source, options }]) => {
    const from = source === undefined ? "" : ` *${source}.*`;
    const rest = Object.keys(options).length === 0 ? "" : `\n\n${optionTable(options)}`;
    return `### ${name}\n\n${doc}${from}${rest}`;
  });
  return [`## Family: ${family.replaceAll("_", " ")}`, ...members].join("\n\n");
}

function groupSection({ title, blocks }: BlockGroup): string {
  return [`### ${title}`, ...blocks.map(({ signature, doc }) => `\`\`\`mtl\n${signature}\n\`\`\`\n\n${doc}`)].join(
    "\n\n",
  );
}

/** The documentation of an option, with its earlier names. */
function docOf({ doc, deprecated = [] }: OptionDefinition): string {
  return deprecated.length === 0 ? doc : `${doc} It was called \`${deprecated.join("`, `")}\`.`;
}

function optionTable(options: OptionTable): string {
  const rows = Object.entries(options).map(([name, option]) => [
    `\`${name}\``,
    describeType(option.type),
    defaultOf(option),
    option.unit ?? "",
    docOf(option),
  ]);
  return markdownTable(["option", "type", "default", "unit", "meaning"], rows);
}

function defaultOf({ required, default: value }: OptionDefinition): string {
  if (required === true) return "*required*";
  if (value === undefined) return "";
  return typeof value === "object" ? value.map((item) => `\`${item}\``).join(", ") : `\`${value}\``;
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
