import { expect } from "vitest";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import { createElaboration } from "../../compiler/elaborate/create.ts";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { elaborateForward } from "../../compiler/elaborate/forward.ts";
import { declarationFrame, symbolValue } from "../../compiler/elaborate/symbol-values.ts";
import { type Stream, type Value, describeStream } from "../../compiler/elaborate/value.ts";
import { type Graph, type GraphInput, type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { type Semantics, currentSemantics } from "../../compiler/semantics.ts";
import type { ForwardGraph, WeightDeclaration } from "../../compiler/stage/plan.ts";
import { type Compilation, type Program, compileProgram } from "../../compiler/program.ts";
import { integers, uniform } from "../graph/random-data.ts";
import { interpret } from "../graph/reference.ts";

const entry = "model.mtl";

export function compile(
  text: string,
  {
    files = {},
    set = {},
    semantics = currentSemantics,
  }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly set?: Readonly<Record<string, string>>;
    readonly semantics?: Semantics;
  } = {},
): Compilation {
  return compileProgram({
    entry,
    host: createMemoryHost({ ...files, [entry]: text }),
    set,
    semantics,
  });
}

/** The program of a specification without errors and warnings; advice is let pass, for small texts have no stage. */
export function sound(
  text: string,
  { unused, ...more }: Parameters<typeof compile>[1] & Pick<Request, "unused"> = {},
): Program {
  const { program, diagnostics } = compile(text, more);
  const serious = diagnostics.filter(
    ({ severity, name }) => severity !== "advice" && !(unused && name.startsWith("unused_")),
  );
  expect(serious.map(({ name, message, help }) => `${name}: ${message} ${help ?? ""}`)).toEqual([]);
  if (!program) throw new Error("a sound specification has no program");
  return program;
}

/** Names of the diagnostics of a text, advice left out. */
export function complaints(text: string): readonly string[] {
  return compile(text)
    .diagnostics.filter(({ severity }) => severity !== "advice")
    .map(({ name }) => name);
}

export interface Request {
  readonly mode?: Mode;
  readonly batch?: number;
  readonly task?: string;
  /** Set to accept streams that reach no task. */
  readonly unused?: "allowed";
  readonly overrides?: ReadonlyMap<string, Value>;
}

/** One task's graph. */
export function forwardOf(
  program: Program,
  { task = "t", mode = "evaluate", batch = 2, overrides = program.overrides }: Request = {},
): ForwardGraph {
  const reporter = createReporter();
  const { forward } = elaborateForward(program, { task, mode, batch, overrides, reporter });
  expect(reporter.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!forward) throw new Error(`the task "${task}" has no graph`);
  expect(verify(forward.graph)).toEqual([]);
  return forward;
}

export interface Inspected {
  /** Streams, layers excepted, and the results of fusions (`met.seen`), as they are printed: `tokens[3 × 4]`. */
  readonly shapes: Readonly<Record<string, string>>;
  readonly streams: ReadonlyMap<string, Stream>;
  readonly weights: readonly WeightDeclaration[];
  readonly graph: Graph;
  /** Values of the streams, by name, for seeded inputs except where some are given. */
  readonly run: (given?: Given) => Readonly<Record<string, readonly number[]>>;
}

/** Every stream and fusion of a specification that needs no task, in one graph. */
export function inspect(text: string, { mode = "evaluate", batch = 2, task = "t", unused }: Request = {}): Inspected {
  const { bindings, references, specification, overrides } = sound(text, unused ? { unused } : {});
  const reporter = createReporter();
  const modalities = new Map(Object.entries(specification.modalities));
  const uses = new Map([...modalities.keys()].map((name): [string, "required"] => [name, "required"]));
  const all = Object.keys(specification.tasks).length > 0 ? Object.keys(specification.tasks) : [task];
  const elaboration = createElaboration({
    bindings,
    references,
    reporter,
    overrides,
    modalities,
    uses,
    mode,
    batch,
    task: { name: task, index: all.indexOf(task), all },
  });
  const streams = new Map<string, Stream>();
  for (const symbol of bindings.scopes.get(entry)?.symbols.values() ?? []) {
    if (symbol.kind !== "Stream" && symbol.kind !== "Fusion") continue;
    const value = symbolValue(declarationFrame(elaboration, entry, [], symbol.value), symbol, symbol.span);
    for (const [name, stream] of streamsOf(symbol.name.name, value)) streams.set(name, stream);
  }
  for (const [name, { value }] of streams) elaboration.builder.output({ kind: "stream", stream: name }, value);
  const graph = elaboration.builder.build("streams");
  expect(verify(graph)).toEqual([]);
  return {
    shapes: Object.fromEntries([...streams].map(([name, stream]) => [name, describeStream(stream)])),
    streams,
    weights: [...elaboration.weights.values()].map(({ declaration }) => declaration),
    graph,
    run: (given) =>
      Object.fromEntries([...evaluate(graph, given)].map(([name, data]) => [name.replace("stream/", ""), data])),
  };
}

function streamsOf(name: string, value: Value): readonly (readonly [string, Stream])[] {
  if (value.kind === "stream") return [[name, value.stream]];
  if (value.kind === "record") return [...value.fields].flatMap(([field, item]) => streamsOf(`${name}.${field}`, item));
  if (value.kind === "list" || value.kind === "tuple")
    return value.items.flatMap((item, index) => streamsOf(`${name}.${index}`, item));
  throw new Error(`"${name}" is a ${value.kind}`);
}

/** Values by the name of a graph's input: `feature/x`, `random/y.dropout`, `row_weight`, and weights by their own names. */
export type Given = Readonly<Record<string, ArrayLike<number>>>;

/** Runs a graph in float64. What is not given is drawn by the input's name, so that one name has one value in every graph. */
export function evaluate(graph: Graph, given: Given = {}): ReadonlyMap<string, readonly number[]> {
  const inputs = seeded(graph, given);
  return new Map([...interpret(graph, inputs)].map(([name, data]) => [name, [...data]]));
}

export function seeded(graph: Graph, given: Given = {}): Map<string, ArrayLike<number>> {
  return new Map(graph.inputs.map((input) => [input.name, given[input.name] ?? drawn(input)]));
}

function drawn({ name, value: { dtype, shape } }: GraphInput): readonly number[] {
  if (name === "row_weight" || name === "class_mask" || /\.(mask|present)$/u.test(name))
    return Array.from({ length: sizeOf(shape) }, () => 1);
  if (dtype === "float32") return uniform(seedOf(name), shape, { low: -1, high: 1 });
  return integers(seedOf(name), shape, { below: dtype === "uint8" ? 256 : 2 });
}

/** FNV-1a. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** `name shape` of every weight, in order of first use. */
export function weightLines(weights: readonly { readonly name: string; readonly shape: Shape }[]): readonly string[] {
  return weights.map(({ name, shape }) => `${name} [${shape.join(" × ")}]`);
}

export function weightNames(text: string, request: Request = {}): readonly string[] {
  return inspect(text, request).weights.map(({ name }) => name);
}
