import { type Definition, placeOf } from "../../compiler/resolve/definition.ts";

/**
 * True for two definitions of the same name. Those of different compilations are the same object for a declaration or a parameter, since trees
 * are shared, and differ for a local name, or in a file of the standard library that is open; then the position in the text decides.
 */
export function sameDefinition(one: Definition, other: Definition): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind || one.name !== other.name) return false;
  if (one.kind === "file" && other.kind === "file") return one.path === other.path;
  if (one.kind === "part" && other.kind === "part") return sameDefinition(one.of, other.of);
  if ((one.kind === "it" || one.kind === "given") && other.kind === one.kind) return one.of === other.of;
  const [here, there] = [placeOf(one), placeOf(other)];
  return here !== undefined && there !== undefined && here.file === there.file && here.start === there.start;
}
