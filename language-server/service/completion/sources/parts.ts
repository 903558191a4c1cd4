import type { Expression } from "../../../../grammar/ast.ts";
import { fusionInputs } from "../../../../compiler/elaborate/fusion.ts";
import { boundIn } from "../../../../compiler/resolve/scopes.ts";
import type { SymbolDeclaration } from "../../../../compiler/bind/symbols.ts";
import { blockNamed } from "../callee.ts";
import { calledName } from "../../../../grammar/written-names.ts";
import { marksIn, partsKnown } from "../kinds.ts";
import type { CompletionRequest, Source } from "../request.ts";

/** Names after a point: results of a fusion, positions of tokens, and the fields of `task` and `tasks`. */
export const parts: Source = (request) => {
  const path = request.slot.part?.filter(({ type }) => type !== "Dot").map(({ text }) => text);
  const [first = "", ...rest] = path ?? [];
  if (!path || request.slot.part?.some(({ inner }) => inner)) return [];
  return partsOf(request, first, rest).map((label) => ({ label, kind: "part", rank: 0 }));
};

function partsOf(request: CompletionRequest, name: string, rest: readonly string[]): readonly string[] {
  const bound = boundIn(request.names.scope, request.names.prelude, name);
  if (bound?.kind === "builtin") return rest.length === 0 ? (fields[bound.name] ?? []) : [];
  if (bound?.kind === "declaration") {
    const { declaration } = bound;
    const valued = declaration.kind === "Stream" ? declaration.value : declaration;
    const known = rest.length === 0 ? partsKnown(request, valued) : [];
    return known.length > 0 ? known : partsInText(request, declaration, rest);
  }
  if (bound?.kind === "local" && "value" in bound.statement)
    return [
      ...new Set([
        ...partsKnown(request, bound.statement.value),
        ...resultsOf(request, bound.statement.value),
        ...marksIn(bound.statement.value),
        "first",
      ]),
    ];
  return bound ? ["first"] : [];
}

const fields: { readonly [name: string]: readonly string[] } = { task: ["name", "index"], tasks: ["count", "names"] };

/** The parts of a declaration as far as its text shows them. */
function partsInText(
  request: CompletionRequest,
  declaration: SymbolDeclaration,
  rest: readonly string[],
): readonly string[] {
  if (declaration.kind !== "Stream" && declaration.kind !== "Fusion") return [];
  const { value } = declaration;
  const named = resultsOf(request, value);
  if (rest.length === 0 && (named.length > 0 || declaration.kind === "Fusion"))
    return named.length > 0 ? named : fusionInputs(value).flatMap((input) => input.name ?? []);
  const source = rest.length > 0 ? fusionInputs(value).find((input) => input.name === rest[0])?.value : value;
  return [...new Set([...(source ? marksBehind(request, source, 8) : []), "first"])];
}

/** The named results of the block that a value calls: `(text: tokens, image: tokens)`. */
function resultsOf(request: CompletionRequest, value: Expression): readonly string[] {
  const last = value.kind === "Pipe" ? value.right : value;
  const name = calledName(last);
  const result = name === undefined ? undefined : blockNamed(name, request.names)?.result;
  return result?.kind === "TupleType" ? result.elements.flatMap((element) => element.name?.name ?? []) : [];
}

/** The positions that are marked on the way to a value, also in the streams that it begins with. */
function marksBehind(request: CompletionRequest, value: Expression, depth: number): readonly string[] {
  let first = value;
  while (first.kind === "Pipe") first = first.left;
  const bound = first.kind === "Name" ? boundIn(request.names.scope, request.names.prelude, first.name) : undefined;
  const stream = bound?.kind === "declaration" && bound.declaration.kind === "Stream" ? bound.declaration : undefined;
  return [...marksIn(value), ...(stream && depth > 0 ? marksBehind(request, stream.value, depth - 1) : [])];
}
