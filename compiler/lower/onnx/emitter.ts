import type { Size } from "./any-batch.ts";
import type { ElementType } from "./tensor.ts";
import { ELEMENT_TYPE, integers } from "./tensor.ts";
import { ATTRIBUTE_TYPE, type AttributeMessage, type NodeMessage, type TensorMessage } from "./messages.ts";

/** The value of an attribute, tagged with its ONNX type. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly tensor: TensorMessage };

/** An ONNX operator applied to named values. */
export interface Call {
  readonly operator: string;
  readonly domain: "" | "com.microsoft";
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An operator of the ONNX standard. */
export function call(
  operator: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Call {
  return { operator, domain: "", inputs, attributes };
}

/** An operator that is specific to ONNX Runtime. */
export function runtimeCall(
  operator: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
): Call {
  return { operator, domain: "com.microsoft", inputs, attributes };
}

/** Largest constant, in bytes, that is searched among earlier ones: axes and numbers repeat, trained weights do not. */
const LARGEST_SHARED = 4096;

/**
 * Collects the nodes and initializers of one ONNX graph. Generated names start with `%`, which no weight or feature
 * does.
 */
export class OnnxEmitter {
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers: TensorMessage[] = [];
  readonly #constants = new Map<string, string>();
  readonly #sizes = new Map<string, string>();
  readonly #batched: string | undefined;
  #label = "";

  /** `batched` is the name of an input whose first size is the number of rows of the batch, which sizes may follow from. */
  constructor(batched?: string) {
    this.#batched = batched;
  }

  /** Name of the nodes that are emitted from now on, in error messages and profiles of the engine. */
  label(label: string): void {
    this.#label = label;
  }

  /** Emits `call` with the given names of its outputs. */
  define(outputs: readonly string[], { operator, domain, inputs, attributes }: Call): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeMessage(name, value));
    const name = `${this.#nodes.length} ${this.#label}`;
    this.#nodes.push({ name, op_type: operator, domain, input: inputs, output: outputs, attribute });
  }

  /** Emits `call` with one output and returns the output's name. */
  value(call: Call): string {
    const name = `%step.${this.#nodes.length}`;
    this.define([name], call);
    return name;
  }

  cast(value: string, type: ElementType): string {
    return this.value(castTo(value, type));
  }

  /** Adds an initializer; equal small ones are stored once. */
  constant(tensor: TensorMessage): string {
    const key =
      tensor.raw_data.length > LARGEST_SHARED
        ? undefined
        : `${tensor.data_type} [${tensor.dims.join()}] ${tensor.raw_data.join()}`;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `%constant.${this.#initializers.length}`;
    if (key !== undefined) this.#constants.set(key, name);
    this.#initializers.push({ ...tensor, name });
    return name;
  }

  /** A list of axes, sizes or positions as an input. */
  integers(values: readonly number[]): string {
    return this.constant(integers(values));
  }

  /** A list of sizes as an input, which is computed from the number of rows where sizes follow from it. */
  sizes(sizes: readonly Size[]): string {
    if (sizes.every(({ each }) => each === 0)) return this.integers(sizes.map(({ fixed }) => fixed));
    const parts = sizes.map((size) => this.#once(size, () => this.#computed(size)));
    const [only, ...others] = parts;
    return only !== undefined && others.length === 0 ? only : this.value(call("Concat", parts, { axis: { int: 0 } }));
  }

  #computed({ each, fixed }: Size): string {
    if (each === 0) return this.integers([fixed]);
    if (fixed !== 0) return this.value(call("Add", [this.sizes([{ each, fixed: 0 }]), this.integers([fixed])]));
    if (each !== 1) return this.value(call("Mul", [this.sizes([{ each: 1, fixed: 0 }]), this.integers([each])]));
    if (this.#batched === undefined) throw new Error("no input has the number of rows");
    return this.value(call("Shape", [this.#batched], { start: { int: 0 }, end: { int: 1 } }));
  }

  #once({ each, fixed }: Size, compute: () => string): string {
    const key = `${each} ${fixed}`;
    const name = this.#sizes.get(key) ?? compute();
    this.#sizes.set(key, name);
    return name;
  }

  finish(): { readonly node: readonly NodeMessage[]; readonly initializer: readonly TensorMessage[] } {
    return { node: this.#nodes, initializer: this.#initializers };
  }
}

export function castTo(value: string, type: ElementType): Call {
  return call("Cast", [value], { to: { int: ELEMENT_TYPE[type] } });
}

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if ("int" in value) return { name, type: ATTRIBUTE_TYPE.int, i: value.int };
  if ("float" in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  if ("string" in value) return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value.string) };
  if ("ints" in value) return { name, type: ATTRIBUTE_TYPE.ints, ints: value.ints };
  return { name, type: ATTRIBUTE_TYPE.tensor, t: value.tensor };
}
