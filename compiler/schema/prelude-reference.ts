import { printSignature } from "../formatter/print.ts";
import { parse } from "../../grammar/parse.ts";
import type { BlockGroup } from "./reference.ts";

/** The documented blocks of the prelude, by file: `mtl:prelude/attention.mtl` is the group "attention". */
export function preludeReference(prelude: ReadonlyMap<string, string>): readonly BlockGroup[] {
  return [...prelude].map(([path, text]) => ({
    title: path.replace(/^.*\//, "").replace(/\.mtl$/, ""),
    blocks: parse(text, path).tree.declarations.flatMap((declaration) =>
      declaration.kind === "Block"
        ? [{ name: declaration.name.name, signature: printSignature(declaration), doc: declaration.doc ?? "" }]
        : [],
    ),
  }));
}
