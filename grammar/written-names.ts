import type { Entry, Node } from "./ast.ts";

/** Returns `f` for `f` and `f(x)`; `undefined` if the callee is not a name. */
export function calledName(node: Node): string | undefined {
  if (node.kind === "Name") return node.name;
  return node.kind === "Call" && node.callee.kind === "Name" ? node.callee.name : undefined;
}

/** The key of an entry, which may be written as a name or as a string. */
export function keyOf({ key }: Entry): string {
  return key.kind === "String" ? key.value : key.name;
}
