import { type Shape, sameShape, showShape, sizeOf } from "../../../compiler/graph/graph.ts";

/** A weight, state or optimizer slot. */
export interface Float32Tensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

interface Buffers {
  readonly shape: Shape;
  current: Float32Array;
  /** The buffer for the next value, allocated together with the first one. */
  spare?: Float32Array;
}

/**
 * Weights, states and optimizer slots by the name of their input (`roleName`). An engine's step reads one buffer and
 * writes another, and then the two are swapped, so that no step allocates and a step that fails changes nothing.
 * Tensors that are only updated by loops on the host, which cannot fail, have one buffer.
 */
export class TensorStore {
  readonly #buffers = new Map<string, Buffers>();

  set(name: string, { shape, data }: Float32Tensor): void {
    if (data.length !== sizeOf(shape)) throw new Error(`${name} has ${data.length} values, not ${showShape(shape)}`);
    this.#buffers.set(name, { shape, current: data });
  }

  has(name: string): boolean {
    return this.#buffers.has(name);
  }

  current(name: string): Float32Array {
    return this.#find(name).current;
  }

  spare(name: string): Float32Array {
    const buffers = this.#find(name);
    return (buffers.spare ??= new Float32Array(buffers.current.length));
  }

  /** Makes the spare buffers current. */
  swap(names: Iterable<string>): void {
    for (const name of names) {
      const buffers = this.#find(name);
      const next = this.spare(name);
      buffers.spare = buffers.current;
      buffers.current = next;
    }
  }

  /** Exchanges the values of two tensors of the same shape. */
  exchange(one: string, other: string): void {
    const [first, second] = [this.#find(one), this.#find(other)];
    if (!sameShape(first.shape, second.shape)) throw new Error(`${one} and ${other} differ in shape`);
    [first.current, second.current] = [second.current, first.current];
  }

  /** Views of the current values, for a checkpoint; valid until the next step. */
  tensors(): Map<string, Float32Tensor> {
    return new Map([...this.#buffers].map(([name, { shape, current }]) => [name, { shape, data: current }]));
  }

  #find(name: string): Buffers {
    const buffers = this.#buffers.get(name);
    if (!buffers) throw new Error(`no tensor ${name}`);
    return buffers;
  }
}
