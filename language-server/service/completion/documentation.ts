import type { BlockDeclaration, ParamDeclaration } from "../../../grammar/ast.ts";
import { printSignature } from "../../../compiler/formatter/print.ts";
import type { CallableDefinition } from "../../../compiler/schema/types.ts";
import { isPrelude } from "../../../compiler/prelude/prelude.ts";

export function docOfBlock(block: BlockDeclaration): string {
  return [`\`\`\`mtl\n${printSignature(block)}\n\`\`\``, block.doc ?? "", originOf(block)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The file of the standard library that a block is of. */
function originOf({ span: { file } }: BlockDeclaration): string {
  return isPrelude(file) ? `*Standard library, ${file.replace(/^.*\//u, "")}*` : "";
}

export function docOfMember({ doc, source }: CallableDefinition): string {
  return source === undefined ? doc : `${doc}\n\n*${source}.*`;
}

export function docOfDeclaration({ doc }: Pick<ParamDeclaration, "doc">): string {
  return doc ?? "";
}
