import {
  BLOCK,
  bodyKey,
  loopModule,
  memoryOf,
  offsetOfArray,
  offsetOfSum,
} from "../../compiler/lower/host/loop-module.ts";
import type { LoopBody } from "../../compiler/lower/host/loop-body.ts";
import type { HostLoop, HostProgram } from "../../compiler/lower/host/lower-to-host.ts";
import type { NumberTerm } from "../../compiler/lower/host/terms.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { Executable, TensorData } from "./engine.ts";
import { checkFit, newHostTensor } from "./host-tensor.ts";
import { Instance, type LoopFunction, Memory, Module } from "./web-assembly.ts";

const PAGE = 65_536;

type Tensors = ReadonlyMap<string, TensorData>;

/** A compiled loop that works on blocks of its own memory. */
interface LoadedLoop {
  readonly run: LoopFunction;
  /** Blocks of the arrays that it reads, and then of those that it writes. */
  readonly blocks: readonly Float32Array[];
  /** Four parts of each sum. */
  readonly sums: readonly Float64Array[];
}

/**
 * Runs a graph in loops of the host, in WebAssembly: one pass over memory where an engine makes one for each node.
 * Arrays go through a small memory block by block, so an output may be written into the buffer of the input of its
 * name.
 */
export class HostExecutable implements Executable {
  readonly graph: Graph;
  readonly overwrites = true;
  readonly #program: HostProgram;
  readonly #loops: ReadonlyMap<HostLoop, LoadedLoop>;

  constructor(program: HostProgram) {
    this.graph = program.graph;
    this.#program = program;
    this.#loops = loadLoops(program.actions.flatMap((action) => (action.kind === "loop" ? [action.loop] : [])));
  }

  async run(inputs: Tensors, outputs: Tensors = new Map()): Promise<Map<string, TensorData>> {
    for (const { name, value } of this.graph.inputs)
      checkFit({ name, type: value }, inputs.get(name) ?? new Float32Array());
    const results = new Map(
      this.graph.outputs.map(({ name, value }) => [name, outputs.get(name) ?? newHostTensor(value)]),
    );
    for (const { name, value } of this.graph.outputs)
      checkFit({ name, type: value }, results.get(name) ?? new Float32Array());
    const numbers = new Map<NumberTerm, number>();
    const read = (number: NumberTerm): number => numbers.get(number) ?? Number.NaN;
    for (const action of this.#program.actions) {
      if (action.kind === "number") numbers.set(action.number, Math.fround(valueOf(action.number, inputs, read)));
      else if (action.kind === "output") results.get(action.output)?.fill(read(action.number));
      else {
        const totals = this.#runLoop(action.loop, inputs, results, read);
        for (const [index, sum] of action.loop.sums.entries())
          numbers.set(sum, Math.fround((totals[index] ?? Number.NaN) * sum.factor));
      }
    }
    return results;
  }

  async dispose(): Promise<void> {}

  /** Runs a loop, and returns its sums. */
  #runLoop(loop: HostLoop, inputs: Tensors, results: Tensors, read: (number: NumberTerm) => number): readonly number[] {
    const loaded = this.#loops.get(loop);
    if (!loaded) throw new Error(`a loop of graph ${this.graph.name} is not loaded`);
    const sources = loop.arrays.map((name) => inputs.get(name) ?? new Float32Array());
    const targets = loop.written.map((name) => results.get(name) ?? new Float32Array());
    const numbers = loop.numbers.map(read);
    const totals = loop.sums.map(() => 0);
    for (let start = 0; start < loop.size; start += BLOCK) {
      const end = Math.min(start + BLOCK, loop.size);
      for (const [index, source] of sources.entries()) loaded.blocks[index]?.set(part(source, start, end));
      loaded.run((end - start) * Float32Array.BYTES_PER_ELEMENT, ...numbers);
      for (const [index, target] of targets.entries())
        target.set(part(loaded.blocks[sources.length + index] ?? new Float32Array(), 0, end - start), start);
      for (const [index, parts] of loaded.sums.entries())
        totals[index] = parts.reduce((sum, each) => sum + each, totals[index] ?? 0);
    }
    return totals;
  }
}

function part(data: TensorData, start: number, end: number): TensorData {
  return start === 0 && end === data.length ? data : data.subarray(start, end);
}

function valueOf(
  number: Exclude<NumberTerm, { from: "sum" }>,
  inputs: Tensors,
  read: (number: NumberTerm) => number,
): number {
  if (number.from === "input") return inputs.get(number.input)?.[0] ?? Number.NaN;
  return number.from === "constant" ? number.value : number.op.number(...number.operands.map(read));
}

/** Loops with equal bodies are compiled once, and all share one memory, because they run one after another. */
function loadLoops(loops: readonly HostLoop[]): ReadonlyMap<HostLoop, LoadedLoop> {
  const memory = new Memory({ initial: Math.ceil(Math.max(1, ...loops.map(({ body }) => memoryOf(body))) / PAGE) });
  const loaded = new Map<string, LoadedLoop>();
  return new Map(
    loops.map((loop) => {
      const key = bodyKey(loop.body);
      const same = loaded.get(key) ?? load(loop.body, memory);
      loaded.set(key, same);
      return [loop, same];
    }),
  );
}

function load(body: LoopBody, memory: Memory): LoadedLoop {
  const { run } = new Instance(new Module(loopModule(body)), { host: { memory } }).exports;
  return {
    run,
    blocks: Array.from(
      { length: body.arrays + body.written.length },
      (_, array) => new Float32Array(memory.buffer, offsetOfArray(body, array), BLOCK),
    ),
    sums: body.summed.map((_, sum) => new Float64Array(memory.buffer, offsetOfSum(sum), 4)),
  };
}
