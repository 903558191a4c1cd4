import type { Span } from "../../../grammar/ast.ts";
import type { DiagnosticName, Holes } from "../../diagnostics/registry.ts";
import type { OpAttributes, OpName } from "../../graph/attributes.ts";
import type { Value as GraphValue } from "../../graph/graph.ts";
import { ShapeMismatch } from "../../graph/ops/shape-mismatch.ts";
import type { Callable } from "../callable.ts";
import { type Elaboration, blockPath, placesOf, report } from "../elaboration.ts";
import type { Frame } from "../frame.ts";
import { constantStream, emit } from "../stream-ops.ts";
import { type LayerValue, type Stream, type Value, poison } from "../value.ts";

/** A block of the prelude whose body is written here; its parameters are declared in `prelude/primitives.mtl`. */
export interface Native {
  /** `transparent` ones add no segment to the names of weights. */
  readonly naming: "segment" | "transparent";
  /** Values that it accepts as a stream in addition to streams of numbers: compile-time numbers, ids, or any value. */
  readonly accepts?: "numbers" | "ids" | "anything";
  /** A row has the result if it has all of the streams; with `own`, the block itself decides. */
  readonly presence?: "own";
  readonly apply: (call: NativeCall) => Value;
}

/** One application of a native block. Its arguments have been coerced to the declared types. */
export class NativeCall {
  readonly frame: Frame;
  readonly callable: Callable;
  readonly #values: ReadonlyMap<string, Value>;

  constructor(frame: Frame, callable: Callable, values: ReadonlyMap<string, Value>) {
    this.frame = frame;
    this.callable = callable;
    this.#values = values;
  }

  get elaboration(): Elaboration {
    return this.frame.elaboration;
  }

  /** The application. */
  get at(): Span {
    return this.frame.at;
  }

  value(name: string): Value {
    const value = this.#values.get(name);
    if (!value) throw new Error(`${this.callable.name} has no parameter "${name}"`);
    return value;
  }

  stream(name: string): Stream {
    const value = this.value(name);
    if (value.kind === "number") return constantStream(this.frame, value.value);
    if (value.kind !== "stream") throw new Error(`"${name}" of ${this.callable.name} is not a stream`);
    return value.stream;
  }

  optionalStream(name: string): Stream | undefined {
    const value = this.value(name);
    return value.kind === "stream" ? value.stream : undefined;
  }

  streams(name: string): readonly Stream[] {
    const value = this.value(name);
    return value.kind === "list" ? value.items.flatMap((item) => (item.kind === "stream" ? [item.stream] : [])) : [];
  }

  number(name: string): number {
    const value = this.value(name);
    if (value.kind !== "number") throw new Error(`"${name}" of ${this.callable.name} is not a number`);
    return value.value;
  }

  flag(name: string): boolean {
    const value = this.value(name);
    return value.kind === "bool" && value.value;
  }

  choice(name: string): string {
    const value = this.value(name);
    return value.kind === "string" ? value.value : "";
  }

  layer(name: string): LayerValue {
    const value = this.value(name);
    if (value.kind !== "layer") throw new Error(`"${name}" of ${this.callable.name} is not a layer`);
    return value.layer;
  }

  /** A list of integers; reports a diagnostic and returns `undefined` if it is not one. */
  wholeNumbers(name: string): readonly number[] | undefined {
    const value = this.value(name);
    const items = value.kind === "list" ? value.items : [value];
    const numbers = items.map((item) => (item.kind === "number" ? item.value : Number.NaN));
    if (numbers.every((item) => Number.isInteger(item))) return numbers;
    const shown = numbers.map((item) => (Number.isNaN(item) ? "?" : item)).join(", ");
    if (!items.some((item) => item.kind === "poison"))
      this.report("wrong_type", {
        what: `"${name}" of ${this.callable.name}`,
        expected: "a list of whole numbers",
        found: `[${shown}]`,
      });
    return undefined;
  }

  emit<Op extends OpName>(op: Op, inputs: readonly GraphValue[], attributes: OpAttributes[Op]): GraphValue {
    return emit(this.frame, op, inputs, attributes);
  }

  /** An array for constants that are computed at compile time. */
  constants(count: number): Float32Array {
    this.elaboration.work.constants(count);
    return new Float32Array(count);
  }

  report<Name extends DiagnosticName>(name: Name, holes: Holes<Name>): void {
    report(this.frame, name, this.at, holes);
  }

  /** Reports an error that the calling block has found in its own arguments, at the user's line only. */
  reportForCaller<Name extends DiagnosticName>(name: Name, holes: Holes<Name>): void {
    const [place = this.at] = placesOf(this.frame, this.at);
    report(this.frame, name, place, holes);
  }

  /** A shape that does not fit: reported with the path of blocks that led here. */
  mismatch(what: string, left: string, right: string, hint?: string): Value {
    this.report("shape_mismatch", { what, left, right, path: blockPath(this.frame), hint });
    return poison;
  }
}

/**
 * Applies a native block. If the op itself refuses a shape and the block has no message of its own, the op's message is
 * reported.
 */
export function applyNative(native: Native, call: NativeCall): Value {
  const { work } = call.elaboration;
  const { depth } = work;
  try {
    return native.apply(call);
  } catch (error) {
    if (!(error instanceof ShapeMismatch)) throw error;
    work.leave(depth);
    call.report("requirement", {
      message: `${call.callable.name} cannot take these arguments: ${error.reason}.`,
      path: blockPath(call.frame),
    });
    return poison;
  }
}

/** The axis that a number names, counted without the batch, from the end if negative; the graph's axis. */
export function axisOf(call: NativeCall, stream: Stream, name = "axis"): number | undefined {
  const lead = stream.batch === "batched" ? 1 : 0;
  const rank = stream.value.shape.length - lead;
  const axis = call.number(name);
  const place = axis < 0 ? rank + axis : axis;
  if (place >= 0 && place < rank) return place + lead;
  call.report("out_of_range", {
    what: `"${name}" of ${call.callable.name}`,
    value: axis,
    range: `${-rank}..${rank - 1}`,
  });
  return undefined;
}
