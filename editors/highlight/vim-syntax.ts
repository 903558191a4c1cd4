import { connectors, heads, identifier, numbers, wordsOf } from "./lexicon.ts";

/** Writes a regular expression of the form that is in the token definitions as one of Vim, "very magic". */
export function vimPattern(source: string): string {
  const ranges: string[] = [];
  const hidden = source.replaceAll(/\[[^\]]*\]/g, (range) => `\uE000${ranges.push(range) - 1}\uE001`);
  const plain = hidden
    .replaceAll(/(?<!\\)[%=<>&~@]/g, String.raw`\$&`)
    .replaceAll(/\\([">])/g, "$1")
    .replaceAll("(?:", "%(")
    .replaceAll(String.raw`\b`, ">");
  return plain.replaceAll(/\uE000(\d+)\uE001/g, (_hidden, index: string) =>
    (ranges[Number(index)] ?? "").replaceAll(String.raw`\w`, "A-Za-z0-9_").replaceAll(String.raw`\d`, "0-9"),
  );
}

const before = (pattern: string): string => `%(${vimPattern(pattern)})@<=`;
const after = (pattern: string): string => `%(${vimPattern(pattern)})@=`;
const name = vimPattern(identifier);

const groups: readonly (readonly [group: string, link: string])[] = [
  ["mtlTodo", "Todo"],
  ["mtlComment", "Comment"],
  ["mtlDocumentation", "SpecialComment"],
  ["mtlString", "String"],
  ["mtlEscape", "SpecialChar"],
  ["mtlNumber", "Number"],
  ["mtlConstant", "Boolean"],
  ["mtlControl", "Keyword"],
  ["mtlOperatorWord", "Operator"],
  ["mtlOperator", "Operator"],
  ["mtlHead", "Statement"],
  ["mtlSection", "Type"],
  ["mtlBlock", "Function"],
  ["mtlValue", "Identifier"],
  ["mtlKey", "Label"],
  ["mtlCall", "Function"],
];
const groupOfName = { block: "mtlBlock", section: "mtlSection", value: "mtlValue" } as const;

/** The syntax file of Vim and Neovim. Of several rules that match at one position Vim takes the last. */
export function vimSyntax(): string {
  const headLines = heads.flatMap(({ word, declares, after: follows, isAtLineStart }) => {
    const start = isAtLineStart ? String.raw`^\s*\zs` : before(String.raw`^|[^.\w]`);
    const end = follows === "" ? "" : after(String.raw`\s*(?:${follows})`);
    if (declares === undefined) return [`syn match mtlHead /\\v${start}${word}${end}/`];
    const group = groupOfName[declares];
    const shape = String.raw`\s+${identifier}\s*(?:${follows})`;
    const ahead = after(follows === "" ? String.raw`\s+${identifier}` : shape);
    return [
      `syn match mtlHead /\\v${start}${word}${ahead}/ nextgroup=${group} skipwhite`,
      `syn match ${group} /\\v${name}/ contained`,
    ];
  });
  return `" Written from the token definitions by \`npm run highlighting\`; do not edit.
if exists("b:current_syntax")
  finish
endif

syn keyword mtlControl ${wordsOf("control").join(" ")}
syn keyword mtlOperatorWord ${wordsOf("operator").join(" ")}
syn keyword mtlConstant ${wordsOf("constant").join(" ")}
syn match mtlOperator /\\v-\\>|\\.\\.|[-+*\\/<>=!]+/
syn match mtlCall /\\v${name}%(\\()@=/
syn match mtlCall /\\v%(-\\>\\s*)@<=${name}/
syn match mtlKey /\\v${name}%(\\s*:)@=/
syn match mtlNumber /\\v<${vimPattern(numbers)}/
${connectors
  .map(
    (connector) =>
      `syn match mtlControl /\\v${connector.before === undefined ? "<" : before(connector.before)}${connector.word}${
        connector.after === undefined ? ">" : after(connector.after)
      }/`,
  )
  .join("\n")}
${[...new Set(headLines)].join("\n")}
syn match mtlEscape /\\v\\\\./ contained
syn region mtlString start=/"/ skip=/\\\\./ end=/"/ oneline contains=mtlEscape
syn keyword mtlTodo TODO FIXME contained
syn match mtlComment /\\/\\/.*/ contains=mtlTodo,@Spell
syn match mtlDocumentation /\\/\\/\\/\\/\\@!.*/ contains=mtlTodo,@Spell

${groups.map(([group, link]) => `hi def link ${group} ${link}`).join("\n")}

syn sync minlines=50
let b:current_syntax = "mtl"
`;
}
