import type { Expression, Span } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";

/** `--set fit.optimizer.rate=1e-3`: an option by its path, and its value as text. A name without a dot is a param. */
export interface OptionSetting {
  /** The pseudo-file that diagnostics show. */
  readonly file: string;
  readonly path: readonly Segment[];
  readonly value: Expression;
  /** The value as it is written. */
  readonly text: string;
  readonly span: Span;
}

/** A name of a path, with its position in the setting. */
export interface Segment {
  readonly name: string;
  readonly span: Span;
}

/** The name of the pseudo-file under which diagnostics show the text of a setting. */
export function settingFile(name: string): string {
  return `--set ${name}`;
}

export function settingSources(set: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...set].map(([name, text]) => [settingFile(name), `${name}=${text}`]);
}

export function isOptionPath(name: string): boolean {
  return name.includes(".");
}

export function optionSetting(name: string, text: string): OptionSetting {
  const file = settingFile(name);
  const start = name.length + 1;
  return {
    file,
    path: segmentsOf(name, file),
    value: settingExpression(text, { file, start, end: start + text.length }),
    text,
    span: { file, start: 0, end: start + text.length },
  };
}

/** The names of a path with their positions, where the path is the beginning of the file. */
export function segmentsOf(path: string, file: string): readonly Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  for (const name of path.split(".")) {
    segments.push({ name, span: { file, start, end: start + name.length } });
    start += name.length + 1;
  }
  return segments;
}

const before = "param value = ";

/** The expression that the text is, with its positions in the setting; a text that is no expression is a string. */
function settingExpression(text: string, at: Span): Expression {
  const { tree, problems } = parse(`${before}${text}`, at.file);
  const [declaration, ...more] = tree.declarations;
  if (declaration?.kind !== "Param" || more.length > 0 || problems.length > 0 || tree.comments.length > 0)
    return { kind: "String", span: at, value: text };
  moveSpans(declaration.value, at.start - before.length);
  return declaration.value;
}

/** Moves the spans of a tree that was just parsed. A pipeline may be longer than calls can be nested, so this is a loop. */
function moveSpans(root: Expression, distance: number): void {
  const seen = new Set<object>();
  const open: object[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (isSpan(node)) Object.assign(node, { start: node.start + distance, end: node.end + distance });
    open.push(...Object.values(node).filter((part): part is object => typeof part === "object" && part !== null));
  }
}

function isSpan(node: object): node is Span {
  return "start" in node && "end" in node && "file" in node;
}
