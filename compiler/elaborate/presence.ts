import type { OpAttributes, OpName } from "../graph/attributes.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import type { Frame } from "./frame.ts";
import { emit } from "./stream-ops.ts";
import type { Stream, Value } from "./value.ts";

/**
 * Factors float32 [B] that are 1 if a row has an optional modality from which a stream is computed; a row has the
 * stream if all of them are 1. Empty for a stream that every row has. A row without the modality must not influence
 * others: its tokens are masked, including those that the specification adds to them, and means leave it out.
 */
export type Presence = readonly GraphValue[];

/** The presence of a result that needs several streams: it is present if all of them are. */
export function jointPresence(streams: readonly Stream[]): Presence {
  return [...new Set(streams.flatMap((stream) => stream.presence ?? []))];
}

/**
 * The presence of a result that joins several streams: it is present if one of them is. Weights are present if the
 * others are.
 */
export function eitherPresence(frame: Frame, streams: readonly Stream[]): Presence {
  const factors = streams
    .filter((stream) => stream.batch === "batched")
    .map((stream) => presenceFactor(frame, stream.presence));
  const distinct = [...new Set(factors)];
  if (distinct.includes(undefined)) return [];
  const [first, ...rest] = distinct.filter((factor) => factor !== undefined);
  return first ? [rest.reduce((either, factor) => emit(frame, "maximum", [either, factor], {}), first)] : [];
}

/** The mask of a result that joins several streams: a token is present if it is present in one of them. */
export function eitherMask(frame: Frame, streams: readonly Stream[]): { readonly mask?: GraphValue } {
  const masks = [...new Set(streams.map((stream) => maskOf(frame, stream)))];
  const [first, ...rest] = masks.filter((mask) => mask !== undefined);
  if (!first || masks.includes(undefined)) return {};
  return { mask: rest.reduce((either, mask) => emit(frame, "maximum", [either, mask], {}), first) };
}

/** A factor [B] that is 1 if the row has the stream; `undefined` if every row has it. */
export function presenceFactor(frame: Frame, presence: Presence = []): GraphValue | undefined {
  const [first, ...rest] = presence;
  return first && rest.reduce((all, factor) => emit(frame, "multiply", [all, factor], {}), first);
}

/**
 * The mask [B, N] of tokens: their own, otherwise the presence of their source; `undefined` if all are present in every
 * row.
 */
export function maskOf(frame: Frame, { mask, presence, batch, value }: Stream): GraphValue | undefined {
  const there = mask || batch === "shared" ? undefined : presenceFactor(frame, presence);
  return there ? spread(frame, there, value.shape[1] ?? 1) : mask;
}

export type Emit = <Op extends OpName>(
  op: Op,
  inputs: readonly GraphValue[],
  attributes: OpAttributes[Op],
) => GraphValue;

/** A tensor [B, …], and a factor [B] that is 1 for the rows that have it; `undefined` if every row has it. */
export interface Score {
  readonly value: GraphValue;
  readonly factor: GraphValue | undefined;
}

/**
 * The mean of tensors [B, …] of one shape, for each row over those that it has: Σ f·x ∕ max(Σ f, 1). Without a factor
 * all rows have the tensor.
 */
export function meanOfPresent(emit: Emit, parts: readonly Score[]): GraphValue {
  const [first] = parts;
  if (first && parts.length === 1) return first.value;
  const constant = (value: number): GraphValue => emit("fill", [], { dtype: "float32", shape: [], value });
  const sum = (values: readonly GraphValue[]): GraphValue =>
    values.reduce((total, value) => emit("add", [total, value], {}));
  if (parts.every(({ factor }) => !factor)) {
    return emit("multiply", [sum(parts.map(({ value }) => value)), constant(1 / parts.length)], {});
  }
  const weighed = parts.map(({ value, factor }) => {
    const column =
      factor && emit("reshape", [factor], { shape: value.shape.map((size, axis) => (axis === 0 ? size : 1)) });
    return { factor: column ?? constant(1), value: column ? emit("multiply", [value, column], {}) : value };
  });
  const count = emit("maximum", [sum(weighed.map(({ factor }) => factor)), constant(1)], {});
  return emit("divide", [sum(weighed.map(({ value }) => value)), count], {});
}

/** Broadcasts [B] to [B, length]. */
function spread(frame: Frame, factor: GraphValue, length: number): GraphValue {
  const { batch } = frame.elaboration;
  return emit(frame, "broadcast_to", [emit(frame, "reshape", [factor], { shape: [batch, 1] })], {
    shape: [batch, length],
  });
}

/** The streams among the arguments of a call, including those in lists. */
export function streamsAmong(values: Iterable<Value>): readonly Stream[] {
  return [...values].flatMap((value) =>
    value.kind === "stream" ? [value.stream] : value.kind === "list" ? streamsAmong(value.items) : [],
  );
}
