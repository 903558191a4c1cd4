import type { Parameter } from "../../../grammar/ast.ts";
import type { Part } from "../../../grammar/surroundings.ts";
import type { MapKeys, OptionTable, ValueType } from "../../../compiler/schema/types.ts";
import type { Callee, Expected } from "./expected.ts";

/** Something whose items have names, and the names that are given. */
export interface Keyed {
  readonly of:
    | { readonly kind: "options"; readonly options: OptionTable; readonly of: string }
    | { readonly kind: "parameters"; readonly parameters: readonly Parameter[] }
    | { readonly kind: "map"; readonly value: ValueType; readonly keys: MapKeys | undefined; readonly of: string }
    | { readonly kind: "repeat" };
  /** The names that are given elsewhere in the bracket, after the position too. */
  readonly given: ReadonlySet<string>;
}

/** The meaning of a bracket's contents. */
export type Inside =
  | { readonly kind: "declarations" | "parameters" | "imports" | "bindings" | "nothing" }
  | { readonly kind: "statements"; readonly of: "block" | "repeat" }
  | { readonly kind: "elements"; readonly expected: Expected | undefined }
  | { readonly kind: "call"; readonly callee: Callee | undefined; readonly keyed: Keyed | undefined }
  /** The entries of a declaration, of a map, or of the named body of a call. */
  | { readonly kind: "entries"; readonly callee?: Callee | undefined; readonly keyed: Keyed | undefined };

/** The items of a bracket, the last one with the parts that it has up to the position. */
export type Items = readonly (readonly Part[])[];

/** The words with which a statement begins; any other statement is an expression. */
export const statementWords: ReadonlySet<string> = new Set([
  "Let",
  "Return",
  "Yield",
  "LayerHead",
  "WeightHead",
  "StateHead",
  "UpdateHead",
]);

/** Splits the parts of a bracket into items. Commas may be missing. */
export function itemsIn(inside: Inside, parts: readonly Part[]): Items {
  const items: Part[][] = [[]];
  for (const [index, part] of parts.entries()) {
    if (part.type === "Comma") items.push([]);
    else if (begins(inside, part, parts[index + 1]) && items.at(-1)?.length !== 0) items.push([part]);
    else items.at(-1)?.push(part);
  }
  return items;
}

function begins({ kind }: Inside, { type, isName }: Part, next: Part | undefined): boolean {
  switch (kind) {
    case "declarations":
      return type.endsWith("Head");
    case "statements":
      return statementWords.has(type);
    case "bindings":
      return isName && next?.type === "Equals";
    case "call":
    case "entries":
    case "parameters":
      return (isName || type === "StringLiteral") && next?.type === "Colon";
    default:
      return false;
  }
}

/** The name of an item `name: value`; `undefined` for an item without one. A label, `left = value`, is none. */
export function nameOfItem([name, separator]: readonly Part[]): string | undefined {
  if (!name || separator?.type !== "Colon") return undefined;
  return name.type === "StringLiteral" ? name.text.slice(1, -1) : name.text;
}

/** The names of `name: value` among the parts of a bracket. */
export function namesGiven(parts: readonly Part[]): readonly string[] {
  return parts.flatMap((part, index) => nameOfItem([part, ...parts.slice(index + 1, index + 2)]) ?? []);
}

/** True for `repeat(…) as i from (…)`, whose body comes next. */
export function beginsRepeat(item: readonly Part[]): boolean {
  const repeat = item.findLastIndex(({ type }) => type === "Repeat");
  return repeat >= 0 && item.slice(repeat + 1).every(({ isName, text }) => isName || text === "(");
}

/** The word of a declaration: `task` of `TaskHead`. */
export function wordOf(head: string): string {
  return head.replace(/Head$/u, "").toLowerCase();
}
