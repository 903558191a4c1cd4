import type { OpAttributes } from "../../graph/attributes.ts";
import { type AttrValue, DATA_TYPE, type NodeDef, TFJS_TYPE, type WeightEntry, shapeProto } from "./graph-model.ts";

type Constant = OpAttributes["constant"];
type Attributes = Readonly<Record<string, AttrValue>>;

/** Largest constant, in bytes, that is searched among earlier ones: axes and numbers repeat, trained weights do not. */
const LARGEST_SHARED = 4096;

/** Collects the nodes and constants of one GraphModel. */
export class TfjsEmitter {
  readonly #nodes: NodeDef[] = [];
  readonly #weights: WeightEntry[] = [];
  readonly #data: Uint8Array[] = [];
  readonly #constants = new Map<string, string>();
  #label = "";

  /** Name of the nodes that are emitted from now on, in error messages and profiles. */
  label(label: string): void {
    // Only characters that TensorFlow allows. In tfjs a colon would begin the number of an output.
    this.#label = label.replaceAll(/[^\w./-]/g, "_");
  }

  /** Emits a node with one output and returns its name. */
  node(op: string, inputs: readonly string[], attr: Attributes = {}): string {
    const name = `${this.#label}/${op}.${this.#nodes.length}`;
    this.#nodes.push({ name, op, input: inputs, attr });
    return name;
  }

  /** Emits a `Const`; equal small ones are stored once. */
  constant({ dtype, shape, data }: Constant): string {
    const stored = dtype === "uint8" ? Int32Array.from(data) : data;
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    const key = bytes.length > LARGEST_SHARED ? undefined : `${TFJS_TYPE[dtype]} [${shape.join()}] ${bytes.join()}`;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `constant/${this.#weights.length}`;
    const type = DATA_TYPE[dtype];
    if (key !== undefined) this.#constants.set(key, name);
    this.#nodes.push({
      name,
      op: "Const",
      input: [],
      attr: { dtype: { type }, value: { tensor: { dtype: type, tensorShape: shapeProto(shape) } } },
    });
    this.#weights.push({ name, shape: [...shape], dtype: TFJS_TYPE[dtype] });
    this.#data.push(bytes);
    return name;
  }

  /** A float32 scalar. */
  float(value: number): string {
    return this.constant({ dtype: "float32", shape: [], data: Float32Array.of(value) });
  }

  /** An axis or depth as an input. */
  integer(value: number): string {
    return this.constant({ dtype: "int32", shape: [], data: Int32Array.of(value) });
  }

  /** A list of axes, sizes or positions as an input. */
  integers(values: readonly number[]): string {
    return this.constant({ dtype: "int32", shape: [values.length], data: Int32Array.from(values) });
  }

  finish(): {
    readonly nodes: readonly NodeDef[];
    readonly weights: readonly WeightEntry[];
    readonly data: Uint8Array<ArrayBuffer>;
  } {
    const data = new Uint8Array(this.#data.reduce((size, bytes) => size + bytes.length, 0));
    let offset = 0;
    for (const bytes of this.#data) {
      data.set(bytes, offset);
      offset += bytes.length;
    }
    return { nodes: this.#nodes, weights: this.#weights, data };
  }
}
