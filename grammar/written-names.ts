import type { Entry, Node } from "./ast.ts";
import { reservedWords } from "./tokens.ts";

/** Returns `f` for `f` and `f(x)`; `undefined` if the callee is not a name. */
export function calledName(node: Node): string | undefined {
  if (node.kind === "Name") return node.name;
  return node.kind === "Call" && node.callee.kind === "Name" ? node.callee.name : undefined;
}

/** True for a text that is a name where it is written without quotation marks. */
export function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/u.test(text) && !reservedWords.has(text);
}

/** The key of an entry, which may be written as a name or as a string. */
export function keyOf({ key }: Entry): string {
  return key.kind === "String" ? key.value : key.name;
}
