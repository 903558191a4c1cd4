import {
  type DType,
  type GraphInput,
  type GraphOutput,
  type InputRole,
  type OutputRole,
  sizeOf,
} from "../../../compiler/graph/graph.ts";
import type { Batch, BatchPart } from "../../data/data.ts";
import type { Executable, TensorData } from "../../engines/engine.ts";
import { fillRandomBytes } from "../../random/random-bytes.ts";
import { hostResults } from "./host-results.ts";
import { LossNotFinite } from "./loss-not-finite.ts";
import type { TensorStore } from "./tensor-store.ts";

/** The inputs that change from run to run, except weights, states and slots. */
export interface Feeds {
  readonly batch?: Batch;
  /** Random bytes by name of input, filled by `randomBytes`. */
  readonly random?: ReadonlyMap<string, Uint8Array>;
  /** Numbers by name. */
  readonly scalars?: ReadonlyMap<string, number>;
  /** Gradients by input name. */
  readonly gradients?: ReadonlyMap<string, TensorData>;
  /** The inputs of the role `balance`, by name: a number for each task. */
  readonly balance?: ReadonlyMap<string, readonly number[]>;
  /** The results of the host's functions, by name. */
  readonly hostResults?: ReadonlyMap<string, TensorData>;
  readonly updates?: (updateClass: string, name: string) => number;
}

type Feed<Kind extends InputRole["kind"]> = (
  role: Extract<InputRole, { kind: Kind }>,
  feeds: Feeds,
  name: string,
) => TensorData | undefined;

/** Graphs with such an output train, so that their losses must be finite. */
const training: ReadonlySet<OutputRole["kind"]> = new Set(["weight", "gradient", "representation_gradient"]);

/**
 * A graph on an engine together with the store whose tensors it reads and writes. Outputs other than those tensors are
 * written into its own buffers, which the next run overwrites.
 */
export class BoundExecutable {
  readonly #executable: Executable;
  /** Computes the arguments of functions of the host. */
  readonly #before: BoundExecutable | undefined;
  readonly #store: TensorStore;
  readonly #stored: readonly string[];
  /** The losses that must be finite. */
  readonly #losses: readonly string[];
  readonly #inputs = new Map<string, TensorData>();
  readonly #outputs: Map<string, TensorData>;
  readonly #feed: { readonly [Kind in InputRole["kind"]]: Feed<Kind> };

  constructor(executable: Executable, store: TensorStore, before?: BoundExecutable) {
    this.#executable = executable;
    this.#before = before;
    this.#store = store;
    this.#stored = executable.graph.outputs.filter(isStored).map((output) => output.name);
    const { outputs } = executable.graph;
    const trains = outputs.some(({ role }) => training.has(role.kind));
    this.#losses = outputs.flatMap(({ name, role }) => (trains && role.kind === "loss" ? [name] : []));
    this.#outputs = new Map(
      executable.graph.outputs
        .filter((output) => !isStored(output))
        .map(({ name, value }) => [name, newTensor(value.dtype, sizeOf(value.shape))]),
    );
    const allClasses = new Map(
      executable.graph.inputs.flatMap(({ name, role, value }) =>
        role.kind === "class_mask" ? [[name, new Float32Array(sizeOf(value.shape)).fill(1)] as const] : [],
      ),
    );
    const numbers = new Map(
      executable.graph.inputs
        .filter(({ role }) => role.kind === "update" || role.kind === "scalar" || role.kind === "balance")
        .map(({ name, value }) => [name, new Float32Array(sizeOf(value.shape))]),
    );
    this.#feed = {
      weight: (_role, _feeds, name) => store.current(name),
      state: (_role, _feeds, name) => store.current(name),
      slot: (_role, _feeds, name) => store.current(name),
      gradient: (_role, { gradients }, name) => gradients?.get(name),
      feature: ({ feature }, { batch }) => batch?.features.get(feature),
      random: (_role, { random }, name) => random?.get(name),
      row_weight: ({ task }, { batch }) => partOf(batch, task)?.rowWeight,
      class_mask: ({ task }, { batch }, name) => {
        const part = partOf(batch, task);
        return part && (part.classMask ?? allClasses.get(name));
      },
      update: (role, { updates }, name) => updates && numbers.get(name)?.fill(updates(role.class, role.name)),
      scalar: (role, { scalars: given }, name) => {
        const number = given?.get(role.name);
        return number === undefined ? undefined : numbers.get(name)?.fill(number);
      },
      host_result: (_role, { hostResults }, name) => hostResults?.get(name),
      balance: (role, { balance }, name) => {
        const [known, buffer] = [balance?.get(role.name), numbers.get(name)];
        if (known) buffer?.set(known);
        return known && buffer;
      },
    };
  }

  get graph() {
    return this.#executable.graph;
  }

  /**
   * Runs once. The weights, states and slots that the graph updates are current afterwards. A step whose loss is not
   * finite changes nothing and throws `LossNotFinite`; an evaluation may have any loss.
   */
  async run(given: Feeds): Promise<ReadonlyMap<string, TensorData>> {
    const before = this.#before;
    const feeds = before ? { ...given, hostResults: hostResults(before.graph, await before.run(given)) } : given;
    for (const input of this.#executable.graph.inputs) this.#inputs.set(input.name, this.#find(input, feeds));
    for (const name of this.#stored)
      this.#outputs.set(name, this.#executable.overwrites ? this.#store.current(name) : this.#store.spare(name));
    const outputs = await this.#executable.run(this.#inputs, this.#outputs);
    for (const name of this.#losses) {
      const loss = outputs.get(name)?.[0];
      if (loss !== undefined && !Number.isFinite(loss))
        throw new LossNotFinite(this.#executable.graph, new Map(this.#inputs), { name, loss });
    }
    if (!this.#executable.overwrites) this.#store.swap(this.#stored);
    return outputs;
  }

  async dispose(): Promise<void> {
    await this.#before?.dispose();
    await this.#executable.dispose();
  }

  #find({ role, name }: GraphInput, feeds: Feeds): TensorData {
    const found = (this.#feed[role.kind] as Feed<InputRole["kind"]>)(role, feeds, name);
    if (!found) throw new Error(`nothing feeds the input ${name} of ${this.#executable.graph.name}`);
    return found;
  }
}

/**
 * Returns the part of a batch that belongs to a task. A graph of one task does not name it: its part is the only one of a
 * batch of rows that other tasks share too, and otherwise the batch itself.
 */
function partOf(batch: Batch | undefined, task: string | undefined): BatchPart | undefined {
  if (task !== undefined) return batch?.parts?.get(task);
  const [only] = batch?.parts?.values() ?? [];
  return only ?? batch;
}

function isStored({ role }: GraphOutput): boolean {
  return role.kind === "weight" || role.kind === "state" || role.kind === "slot";
}

/** A tensor of zeros. */
export function newTensor(dtype: DType, size: number): TensorData {
  if (dtype === "float32") return new Float32Array(size);
  return dtype === "int32" ? new Int32Array(size) : new Uint8Array(size);
}

export interface RandomSource {
  readonly seed: number;
  readonly stage: string;
  readonly epoch: number;
  readonly keys: readonly string[];
}

/** Fills the random inputs of a graph for one batch. Buffers in `buffers` (by name of input) are reused. */
export function fillRandomInputs(
  inputs: readonly GraphInput[],
  { seed, stage, epoch, keys }: RandomSource,
  buffers: Map<string, Uint8Array>,
): void {
  for (const { name, role, value } of inputs) {
    if (role.kind !== "random") continue;
    const size = sizeOf(value.shape);
    const buffer = buffers.get(name) ?? new Uint8Array(size);
    buffers.set(name, buffer);
    fillRandomBytes(
      {
        seed,
        site: `${stage}/${role.site}`,
        epoch,
        keys,
        rowBytes: size / (value.shape[0] ?? 1),
        ...(role.moved ? { moved: role.moved } : {}),
        ...(role.part ? { part: role.part } : {}),
      },
      buffer,
    );
  }
}
