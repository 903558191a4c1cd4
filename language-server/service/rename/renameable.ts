import { type Token, lex } from "../../../grammar/lex.ts";
import { Identifier, heads } from "../../../grammar/tokens.ts";
import { isPrelude } from "../../../compiler/prelude/prelude.ts";
import { isBuiltinName } from "../../../compiler/resolve/builtin-names.ts";
import { type Definition, type Reference, placeOf } from "../../../compiler/resolve/definition.ts";
import type { Workspace } from "../workspace.ts";

/** The reason why a name cannot be renamed, in a sentence for people. */
export interface Refusal {
  readonly refusal: string;
}

/** The name at an offset, if it can be renamed. */
export function renameableAt(workspace: Workspace, path: string, offset: number): Reference | Refusal {
  const reference = workspace.analyse(path)?.references.at(path, offset);
  if (!reference) return { refusal: "There is no name here." };
  const refusal = refusalOf(reference.definition);
  return refusal === undefined ? reference : { refusal };
}

function refusalOf(definition: Definition): string | undefined {
  const { kind, name } = definition;
  const place = placeOf(definition);
  if (place && isPrelude(place.file)) return `"${name}" belongs to the standard library.`;
  switch (kind) {
    case "declaration":
    case "parameter":
    case "local":
    case "index":
    case "binding":
    case "written_choice":
      return undefined;
    case "part":
      return place
        ? undefined
        : `"${name}" is not named in this text: it is a result of a block, or has the name of a stream.`;
    case "file":
      return "Rename the file itself: imports of it follow.";
    case "unresolved":
      return `"${name}" is not declared.`;
    case "dynamic":
      return `The meaning of "${name}" is not known before the blocks around it are called.`;
    default:
      return `"${name}" is a word of the language.`;
  }
}

/** The reason why a text is no name, if it is none. */
export function nameRefusal(name: string): string | undefined {
  const { tokens, strays, comments } = lex(name);
  const [token] = tokens;
  const isWord = tokens.length === 1 && token?.image === name && strays.length + comments.length === 0;
  if (!isWord || !/^[A-Za-z_]\w*$/u.test(name))
    return `"${name}" is no name: a name has letters, digits and "_", and does not begin with a digit.`;
  // The words that begin declarations are names everywhere else.
  const isName = [token.tokenType, ...(token.tokenType.CATEGORIES ?? [])].some(
    (type) => type === Identifier || isHead.has(type),
  );
  return isName && !isBuiltinName(name) && name !== "it" ? undefined : `"${name}" is a word of the language.`;
}

const isHead: ReadonlySet<Token["tokenType"]> = new Set(Object.values(heads));
