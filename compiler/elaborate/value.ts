import type { Expression, RepeatExpression } from "../../grammar/ast.ts";
import type { StreamKind } from "../resolve/parameter-type.ts";
import { type Shape, type Value as GraphValue, showShape } from "../graph/graph.ts";
import type { ResolvedInitializer } from "../schema/resolved.ts";
import type { NamedArguments, StreamArgument } from "./apply.ts";
import type { BoundArguments } from "./bind-arguments.ts";
import type { Callable } from "./callable.ts";
import type { Frame } from "./frame.ts";
import type { Presence } from "./presence.ts";
import { type Measure, measureNames } from "./units.ts";

/** A tensor of the graph as a specification sees it: without the batch, with its mask and named positions. */
export interface Stream {
  readonly kind: StreamKind;
  readonly value: GraphValue;
  /** A weight has no batch; it is broadcast where it meets a stream that has one. */
  readonly batch: "batched" | "shared";
  /** float32 [B, N], 1 where a token, or another element of the first axis, is present; absent if all are. */
  readonly mask?: GraphValue;
  /** The rows that have the source of this stream; absent if every row has it. */
  readonly presence?: Presence;
  /** Named positions of tokens: `cls` → 0. */
  readonly positions: ReadonlyMap<string, number>;
  /** The meaning of `ids`. */
  readonly idsOf?: "words" | "columns";
  /** Size of the vocabulary of `ids`. */
  readonly vocabulary?: number;
  /** Segment of each id, or of the token that was made of it: int32 [B, N], and how many segments there are. */
  readonly segments?: { readonly ids: GraphValue; readonly count: number };
  /** Values of the numeric columns of a table, float32 [B, columns], which its `ids` begin with. */
  readonly numbers?: GraphValue;
  /** The boxes of regions, float32 [B, N, 5]: x₁, y₁, x₂, y₂ and the area, in shares of the picture. */
  readonly boxes?: GraphValue;
  /** The first name of the pipeline that made it; names the results of a fusion. */
  readonly label?: string;
  /** For a matrix, the update in it that is multiplied with rows after dropout. */
  readonly update?: MatrixUpdate;
}

/** A matrix that is the sum of `matrix` and `update`; rows have dropout before they are multiplied with `update`. */
export interface MatrixUpdate {
  readonly matrix: Stream;
  readonly update: Stream;
  readonly rate: number;
  /** The path under which random numbers are drawn. */
  readonly path: readonly string[];
}

/** The value of an expression while a task is elaborated. */
export type Value =
  /** `written` where the specification writes it otherwise: `10%`. `measure` where it counts seconds, bytes or hertz. */
  | { readonly kind: "number"; readonly value: number; readonly written?: string; readonly measure?: Measure }
  /** `choices` where it was chosen from a parameter's `one of`. */
  | { readonly kind: "string"; readonly value: string; readonly choices?: readonly string[] }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "tuple"; readonly items: readonly Value[]; readonly names?: readonly (string | undefined)[] }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "patterns"; readonly include: readonly string[]; readonly except: readonly string[] }
  | { readonly kind: "initializer"; readonly initializer: ResolvedInitializer }
  | { readonly kind: "stream"; readonly stream: Stream }
  | { readonly kind: "layer"; readonly layer: LayerValue }
  /** Values by name: the results of a fusion, the current task. */
  | { readonly kind: "record"; readonly what: string; readonly fields: ReadonlyMap<string, Value> }
  /** A stream of a modality that the task does not use; `optional` where the specification says that it may be. */
  | { readonly kind: "absent"; readonly what: string; readonly optional: boolean }
  /** Something was wrong and has been reported: whatever depends on it is passed over in silence. */
  | { readonly kind: "poison" };

/** A block whose first stream parameter is still open: it can be applied, bound with `layer`, or passed to another block. */
export type LayerValue =
  | {
      readonly kind: "partial";
      readonly callable: Callable;
      readonly bound: BoundArguments;
      readonly segment: string | undefined;
    }
  | { readonly kind: "composition"; readonly parts: readonly LayerValue[] }
  | {
      readonly kind: "repeat";
      readonly expression: RepeatExpression;
      readonly frame: Frame;
      readonly segment: string | undefined;
    }
  /** A layer whose arguments depend on what enters it: `grid_ffn(condition: it.first)`. */
  | { readonly kind: "closure"; readonly expression: Expression; readonly frame: Frame }
  /** One set of weights, named by its declaration, however often it is applied. */
  | { readonly kind: "instance"; readonly path: readonly string[]; readonly of: LayerValue }
  /** One set of weights for each task; the current task's is applied, or those of several tasks by name, which gives a list. */
  | { readonly kind: "per_task"; readonly of: LayerValue; readonly tasks: "current" | readonly string[] }
  /** Some arguments of another layer value given in advance. */
  | {
      readonly kind: "given";
      readonly of: LayerValue;
      readonly named: NamedArguments;
      readonly streams: readonly StreamArgument[];
    }
  /** Weights under a name of their own, as a block parameter gives one. */
  | { readonly kind: "named"; readonly of: LayerValue; readonly segment: string };

export const poison: Value = { kind: "poison" };
export const none: Value = { kind: "none" };
export const number = (value: number): Value => ({ kind: "number", value });
export const string = (value: string): Value => ({ kind: "string", value });
export const bool = (value: boolean): Value => ({ kind: "bool", value });
export const streamValue = (stream: Stream): Value => ({ kind: "stream", stream });

/** A stream under another name; any other value is returned as it is. */
export function labelled(value: Value, label: string | undefined): Value {
  return value.kind === "stream" && label !== undefined ? streamValue({ ...value.stream, label }) : value;
}

/** Shape without the batch. */
export function shapeOf(stream: Stream): Shape {
  return stream.batch === "batched" ? stream.value.shape.slice(1) : stream.value.shape;
}

/** The kind that a tensor of this rank has where nothing else is said. */
export function kindOfRank(rank: number): StreamKind {
  return (["scalar", "vector", "tokens", "grid", "volume"] as const)[rank] ?? "tensor";
}

export function describeStream(stream: Stream): string {
  return `${stream.kind}${stream.kind === "scalar" ? "" : showShape(shapeOf(stream)).replaceAll(" ", " ")}`;
}

/** The values that stand for a list of streams: those of a list, a tuple or a record, and any other value alone. */
export function elementsOf(value: Value): readonly Value[] {
  if (value.kind === "list" || value.kind === "tuple") return value.items;
  return value.kind === "record" ? [...value.fields.values()] : [value];
}

export type ValueOf<Kind extends Value["kind"]> = Extract<Value, { readonly kind: Kind }>;

const descriptions: { readonly [Kind in Value["kind"]]: (value: ValueOf<Kind>) => string } = {
  number: ({ value, written, measure }) =>
    written ?? (measure ? `${value} ${measureNames[measure]}` : `the number ${value}`),
  string: ({ value }) => `"${value}"`,
  bool: ({ value }) => String(value),
  none: () => "none",
  list: ({ items }) =>
    items.length > 0 && items.every((item) => item.kind === "stream") ? "a list of streams" : "a list",
  tuple: ({ items }) => `${items.length} values`,
  map: () => "a map",
  range: ({ from, to }) => `the range ${from}..${to}`,
  patterns: () => "a pattern",
  initializer: ({ initializer }) => `the initializer ${initializer.kind}`,
  stream: ({ stream }) => describeStream(stream),
  layer: ({ layer }) =>
    layer.kind === "partial"
      ? `the block ${layer.callable.name}, which still waits for its stream`
      : "a layer, which still waits for its stream",
  record: ({ what }) => what,
  absent: () => "an absent stream",
  poison: () => "an error",
};

/** `the number 3`, `tokens[37 × 96]`, `a layer, which still waits for its stream`: for messages. */
export function describe(value: Value): string {
  const description = descriptions[value.kind] as (value: Value) => string;
  return description(value);
}
