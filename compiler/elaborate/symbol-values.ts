import type {
  FusionDeclaration,
  LayerDeclaration,
  ParamDeclaration,
  Span,
  StreamDeclaration,
} from "../../grammar/ast.ts";
import type { FileScope, SymbolDeclaration } from "../bind/symbols.ts";
import { parameterType } from "../resolve/parameter-type.ts";
import { coerceParam } from "./coerce.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { chosenName } from "./choices.ts";
import { type Elaboration, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import { type Frame, frameAt } from "./frame.ts";
import { modalityStream } from "./modality.ts";
import { siteNames } from "./site-names.ts";
import { fusionResult } from "./fusion.ts";
import { type Value, describe, poison, streamValue, string } from "./value.ts";

export function fileOf(elaboration: Elaboration, file: string): FileScope {
  return isPrelude(file)
    ? elaboration.bindings.prelude
    : (elaboration.bindings.scopes.get(file) ?? elaboration.bindings.prelude);
}

/** The frame in which a declaration's own expression is evaluated. */
export function declarationFrame(
  elaboration: Elaboration,
  file: string,
  path: readonly string[],
  expression: Parameters<typeof siteNames>[1],
): Frame {
  const scope = fileOf(elaboration, file);
  return {
    elaboration,
    at: "span" in expression ? expression.span : { file, start: 0, end: 0 },
    file: scope,
    locals: undefined,
    path,
    sites: siteNames(elaboration, expression),
    calls: [],
  };
}

/** Declarations that have no value before there are modalities, as in params and options. */
const streamSymbols: ReadonlySet<SymbolDeclaration["kind"]> = new Set<SymbolDeclaration["kind"]>([
  "Modality",
  "Stream",
  "Fusion",
]);

/** The value of a declaration, which is computed once in an elaboration. */
export function symbolValue(frame: Frame, symbol: SymbolDeclaration, at: Span): Value {
  // The name is at fault, not what its declaration reaches.
  if (!frame.elaboration.modalities && streamSymbols.has(symbol.kind)) {
    report(frame, "not_compile_time", at, { what: `"${symbol.name.name}"` });
    return poison;
  }
  if (frame.elaboration.made.has(symbol)) {
    const made = frame.elaboration.made.get(symbol);
    if (made) return made;
    frame.elaboration.reporter.report("recursive_declaration", symbol.name.span, {
      name: symbol.name.name,
      cycle: cycleOf(frame.elaboration, symbol),
    });
    return poison;
  }
  const { work } = frame.elaboration;
  const { depth } = work;
  work.enter(frame, at);
  const value = makeLine(frame.elaboration, { symbol, frame, at });
  work.leave(depth);
  return value;
}

/** A declaration whose value is needed, and the position that needs it. */
interface Asked {
  readonly symbol: SymbolDeclaration;
  readonly frame: Frame;
  readonly at: Span;
}

/**
 * Evaluates a chain of streams, each of which begins with another one. They are evaluated one after another, the first
 * one first, so that a long chain does not exhaust the call stack.
 */
function makeLine(elaboration: Elaboration, asked: Asked): Value {
  const line: Asked[] = [];
  for (let next: Asked | undefined = asked; next !== undefined; next = sourceOf(elaboration, next)) {
    line.push(next);
    elaboration.made.set(next.symbol, undefined);
    if (next.symbol.kind === "Stream" || next.symbol.kind === "Fusion") elaboration.reached.add(next.symbol);
  }
  return line.reduceRight<Value>((_, { symbol, frame, at }) => {
    const value = makeValue(frame, symbol, at);
    elaboration.made.set(symbol, value);
    // The names of a fusion's results are no part of the value of its expression.
    if (symbol.kind === "Fusion") elaboration.notes?.value(symbol, value);
    return value;
  }, poison);
}

/** The stream with which another one begins, if it has not been evaluated yet. */
function sourceOf(elaboration: Elaboration, { symbol }: Asked): Asked | undefined {
  if (symbol.kind !== "Stream" && symbol.kind !== "Fusion") return undefined;
  let first = symbol.value;
  while (first.kind === "Pipe") first = first.left;
  if (first.kind !== "Name") return undefined;
  const frame = declarationFrame(elaboration, symbol.span.file, [symbol.name.name], symbol.value);
  const source = elaboration.references.declarationOf(first);
  return source?.kind === "Stream" && !elaboration.made.has(source)
    ? { symbol: source, frame, at: first.span }
    : undefined;
}

function makeValue(frame: Frame, symbol: SymbolDeclaration, at: Span): Value {
  switch (symbol.kind) {
    case "Param":
      // A param has one value for the whole specification, so that there is no current task.
      return paramValue({ ...frame.elaboration, task: undefined }, symbol);
    case "Modality":
      return modalityStream(frameAt(frame, at), symbol);
    case "Layer":
      return layerValue(frame.elaboration, symbol);
    case "Stream":
      return streamOfDeclaration(frame.elaboration, symbol);
    case "Fusion":
      return fusionResult(frame.elaboration, symbol, streamOfDeclaration(frame.elaboration, symbol));
    case "Task":
    case "Dataset":
    case "Stage":
      return string(symbol.name.name);
    case "Block":
      return poison;
  }
}

function paramValue(elaboration: Elaboration, symbol: ParamDeclaration): Value {
  const frame = declarationFrame(elaboration, symbol.span.file, [], symbol.value);
  const type = symbol.type && parameterType(symbol.type);
  const override = elaboration.overrides.get(symbol.name.name);
  const choice = type?.kind === "one_of" ? chosenName(elaboration, symbol.value, type.options) : undefined;
  const value = override ?? (choice === undefined ? evaluate(frame, symbol.value) : string(choice));
  return type ? coerceParam(frame, value, type, `The param "${symbol.name.name}"`, symbol.value.span) : value;
}

function layerValue(elaboration: Elaboration, symbol: LayerDeclaration): Value {
  const path = [symbol.name.name];
  const layer = evaluateLayer(declarationFrame(elaboration, symbol.span.file, path, symbol.value), symbol.value);
  return layer ? { kind: "layer", layer: { kind: "instance", path, of: layer } } : poison;
}

/** The kinds of values that a stream or a fusion can have: one stream, several, or none in this task. */
const canBeStreams: ReadonlySet<Value["kind"]> = new Set<Value["kind"]>([
  "stream",
  "list",
  "tuple",
  "record",
  "absent",
  "poison",
]);

function streamOfDeclaration(elaboration: Elaboration, symbol: StreamDeclaration | FusionDeclaration): Value {
  const name = symbol.name.name;
  const value = evaluate(declarationFrame(elaboration, symbol.span.file, [name], symbol.value), symbol.value);
  if (!canBeStreams.has(value.kind)) {
    elaboration.reporter.report("stream_expected", symbol.value.span, {
      what: `The value of the ${symbol.kind.toLowerCase()} "${name}"`,
      found: describe(value),
    });
    return poison;
  }
  return value.kind === "stream" && symbol.kind === "Stream" ? streamValue({ ...value.stream, label: name }) : value;
}

function cycleOf(elaboration: Elaboration, symbol: SymbolDeclaration): string {
  const open = [...elaboration.made].filter(([, value]) => value === undefined).map(([declaration]) => declaration);
  return [...open.slice(open.indexOf(symbol)), symbol].map((declaration) => declaration.name.name).join(" → ");
}
