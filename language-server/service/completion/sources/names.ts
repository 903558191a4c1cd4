import { type Draft, type ItemKind, snippetOf } from "../completion-item.ts";
import { parameterType } from "../../../../compiler/resolve/parameter-type.ts";
import { type LocalDefinition, type Scope } from "../../../../compiler/resolve/definition.ts";
import { lossNames } from "../../../../compiler/resolve/loss-names.ts";
import { builtinNames } from "../../../../compiler/resolve/builtin-names.ts";
import { isStreamParameter } from "../callee.ts";
import { docOfDeclaration } from "../documentation.ts";
import { typesWithin } from "../expected.ts";
import { shapesKnown } from "../kinds.ts";
import { type CompletionRequest, type Source, symbolsSeen } from "../request.ts";
import { type Wants, wantsOf } from "../wants.ts";

/** Names of declarations and local names that can be the value: tasks where a task is named, streams where a stream is expected. */
export const names: Source = (request) => {
  const { value, step } = request.slot;
  if (!value) return [];
  const listed = declaredNames(request);
  const wants = wantsOf(value);
  const own = [...localItems(request.names.scope, wants, step !== undefined)];
  const seen = symbolsSeen(request).flatMap((symbol): readonly Draft[] => {
    const kind = symbol.kind.toLowerCase() as ItemKind;
    const isStream = kind === "stream" || kind === "fusion" || kind === "modality";
    if (symbol === request.declaration || !(isStream ? wants.stream && !step : kind === "param" && wants.number))
      return [];
    const shape = symbol.kind === "Stream" ? shapesKnown(request, symbol.value)[0] : undefined;
    return [
      {
        label: symbol.name.name,
        kind,
        ...(shape === undefined ? { detail: kind } : { detail: shape }),
        documentation: () => docOfDeclaration(symbol),
        rank: 1,
      },
    ];
  });
  const builtin =
    (wants.number && request.names.scope.body) || wants.condition
      ? builtinNames.map((label) => ({ label, kind: "local" as const, rank: 3 }))
      : [];
  const given = wants.loss ? lossNames.map((label) => ({ label, kind: "local" as const, rank: 2 })) : [];
  const not = wants.condition
    ? [{ label: "not", kind: "operator" as const, rank: 4, text: "not ", snippet: snippetOf("not ${condition}") }]
    : [];
  const modes = wants.optional
    ? [
        {
          label: "optional",
          kind: "operator" as const,
          rank: 3,
          text: "optional ",
          snippet: snippetOf("optional ${modality}"),
        },
      ]
    : [];
  return [...listed, ...own, ...seen, ...given, ...builtin, ...not, ...modes];
};

/** The declarations of a kind that an option names, apart from those that a list has already. */
function declaredNames(request: CompletionRequest): readonly Draft[] {
  const { value } = request.slot;
  if (value?.kind !== "option") return [];
  const named = typesWithin(value.type).flatMap((type) => (type.kind === "name" ? [type.of] : []));
  const kinds = value.of === "task.uses" ? ["modality"] : named;
  const patterns = typesWithin(value.type).some((type) => type.kind === "pattern");
  const frame = request.surroundings.frames.at(-1);
  const present = new Set(frame?.opener === "[" ? [...frame.before, ...frame.after].map(({ text }) => text) : []);
  return symbolsSeen(request).flatMap((symbol): readonly Draft[] => {
    const kind = symbol.kind.toLowerCase() as ItemKind;
    const fits =
      kinds.some((each) => each === kind) || (patterns && (kind === "stream" || kind === "fusion" || kind === "layer"));
    if (!fits || present.has(symbol.name.name) || symbol === request.declaration) return [];
    return [{ label: symbol.name.name, kind, detail: kind, documentation: () => docOfDeclaration(symbol), rank: 0 }];
  });
}

/** The names of the bodies around a position, the innermost first. */
function* localItems(scope: Scope, wants: Wants, isStep: boolean): Generator<Draft> {
  const seen = new Set<string>();
  for (let { body, count } = scope; body !== undefined; { body, count } = body.outer)
    for (const local of body.all.slice(0, count).toReversed()) {
      if (seen.has(local.name) || !fits(local, wants, isStep)) continue;
      seen.add(local.name);
      yield { label: local.name, kind: "local", detail: describeLocal(local), rank: 0 };
    }
}

/** A local name is left out only where it certainly is something else. */
function fits(local: LocalDefinition, wants: Wants, isStep: boolean): boolean {
  if (local.kind === "parameter") {
    const type = parameterType(local.parameter.type);
    if (isStreamParameter(local.parameter)) return wants.stream && !isStep;
    if (type?.kind === "block") return wants.layer;
    return wants.number || wants.condition;
  }
  if (local.kind === "local" && local.statement.kind === "LayerStatement") return wants.layer || wants.stream;
  return isStep ? local.kind === "local" && local.mayBeLayer : wants.stream || wants.number || wants.condition;
}

function describeLocal(local: LocalDefinition): string {
  if (local.kind === "parameter") return "parameter";
  if (local.kind === "local")
    return local.statement.kind === "LayerStatement" ? "layer" : local.statement.kind.toLowerCase();
  return local.kind === "index" ? "index of the round" : local.kind === "it" ? "the input" : "value";
}
