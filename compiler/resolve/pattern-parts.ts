import type { Expression, Span, StringExpression } from "../../grammar/ast.ts";
import { definitionInSchema, definitionOfDeclaration } from "./definition.ts";
import type { ReferenceTable } from "./reference-table.ts";
import { metrics } from "../schema/metrics.ts";
import { fileScope } from "./scopes.ts";
import type { FileScope, Names } from "../bind/symbols.ts";

/** The characters of a string from one offset of its value to another, as they are in the text: an escape has two. */
export function spanWithin(node: StringExpression, start: number, end: number): Span {
  const written = (offset: number): number =>
    node.span.start + 1 + offset + (node.value.slice(0, offset).match(/["\\\n\t]/gu)?.length ?? 0);
  return { file: node.span.file, start: written(start), end: written(end) };
}

/**
 * A hole of a pattern: `{width}`, or one end of `{0..half}`. Numbers, `{task}` and alternatives such as `{a,b}` are not
 * holes.
 */
export interface Hole {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The names in the holes of a pattern, by their offsets in its value. */
export function holesOf(pattern: string): readonly Hole[] {
  return [...pattern.matchAll(/\{([^{},]*)\}/gu)].flatMap((braces) => {
    const inside = braces[1] ?? "";
    if (inside === "task") return [];
    const range = /^(\s*)(\w+)(\s*\.\.\s*)(\w+)\s*$/u.exec(inside);
    const parts = range
      ? [
          { name: range[2] ?? "", at: (range[1] ?? "").length },
          { name: range[4] ?? "", at: (range[1] ?? "").length + (range[2] ?? "").length + (range[3] ?? "").length },
        ]
      : [{ name: inside.trim(), at: inside.length - inside.trimStart().length }];
    return parts
      .filter(({ name }) => !/^-?\d+$/u.test(name))
      .map(({ name, at }) => {
        const start = braces.index + 1 + at;
        return { name, start, end: start + name.length };
      });
  });
}

/** The names in `"read.layers.{0..half}.**"`: the declaration that the weights belong to, and params in braces. */
export function resolvePattern(table: ReferenceTable, node: StringExpression, file: FileScope): void {
  const [first = "", second = ""] = node.value.split(".");
  const declared = file.symbols.get(first);
  if (declared && ["Stream", "Fusion", "Layer"].includes(declared.kind))
    table.part(node, spanWithin(node, 0, first.length), definitionOfDeclaration(declared));
  const task = first === "task" ? file.symbols.get(second) : undefined;
  if (task?.kind === "Task") table.part(node, spanWithin(node, 5, 5 + second.length), definitionOfDeclaration(task));
  const scope = fileScope(file);
  for (const { name, start, end } of holesOf(node.value))
    table.name({ kind: "Name", span: spanWithin(node, start, end), name }, scope);
}

/** `"task.metric"`, `"task.loss"`, or a metric's name alone. */
export function resolveMeasure(table: ReferenceTable, node: Expression, entry: Names): void {
  if (node.kind !== "String") return;
  const [first = "", second] = node.value.split(".");
  const task = second === undefined ? undefined : entry.get(first);
  if (task?.kind === "Task") table.part(node, spanWithin(node, 0, first.length), definitionOfDeclaration(task));
  const metric = second ?? first;
  const end = second === undefined ? first.length : first.length + 1 + metric.length;
  if (Object.hasOwn(metrics, metric))
    table.part(node, spanWithin(node, end - metric.length, end), definitionInSchema("member", "metric", metric));
}
