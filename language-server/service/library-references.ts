import { prelude } from "../../compiler/prelude/prelude.ts";
import type { Reference } from "../../compiler/resolve/definition.ts";
import type { References } from "../../compiler/resolve/resolve-names.ts";

const known = new WeakMap<References["prelude"], readonly Reference[]>();

/** Every name in the standard library, which is the same for every specification. They are found once, when they are first asked for. */
export function libraryReferences(references: References): readonly Reference[] {
  const found = known.get(references.prelude) ?? [...prelude.keys()].flatMap((path) => references.inFile(path));
  known.set(references.prelude, found);
  return found;
}
