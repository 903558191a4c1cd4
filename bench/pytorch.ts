import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../runtime/host/package-root.ts";
import { type StoredTensor, writeSafetensors } from "../runtime/checkpoint/safetensors.ts";
import type { StagePlan } from "../compiler/stage/plan.ts";
import { batchOf } from "./batch-of.ts";
import { type Candidate, NotInstalled, type Steps } from "./candidate.ts";
import { initialStore, planOf } from "./graph-candidate.ts";
import type { Size } from "./size.ts";

/**
 * PyTorch as it is by default, with Adam in one kernel, that and the model compiled, and all of that with matrix products in bfloat16, which is another
 * precision than ours.
 */
export type TorchSetting = "eager" | "fused" | "compiled" | "bfloat16";

type Lines = AsyncIterator<string>;

type Tensors = ReadonlyMap<string, StoredTensor>;

interface Answers {
  version: { readonly version: string };
  make: object;
  make_prediction: object;
  make_writer: object;
  drop: object;
  steps: Steps;
  memory: { readonly idle: number; readonly peak: number };
}

/** A Python process that makes PyTorch's steps on request, so that repetitions of several systems can alternate. */
export class PyTorch {
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #lines: Lines;
  #made = 0;

  private constructor(child: ChildProcess, lines: Lines, version: string) {
    this.#child = child;
    this.#lines = lines;
    this.version = version;
  }

  static async start(): Promise<PyTorch> {
    const child = spawn(process.env["PYTHON"] ?? "python3", [join(packageRoot(), "bench", "pytorch.py")], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const started = await once(child, "spawn").then(
      () => true,
      () => false,
    );
    const help = "PyTorch was not found: `pip install torch`, and PYTHON names another Python than python3.";
    if (!started || !child.stdout) throw new NotInstalled(help);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    try {
      const { version } = await ask(child, lines, "version", {});
      return new PyTorch(child, lines, version);
    } catch {
      throw new NotInstalled(help);
    }
  }

  /** PyTorch's step, with the weights and the batch of ours. With several tasks, it trains all of them on the same rows. */
  async candidate(setting: TorchSetting, size: Size, threads: number): Promise<Candidate> {
    return this.#candidate("make", startOf(size), { name: setting, threads, size, setting });
  }

  /** PyTorch's prediction by the model of `examples/mbt.mtl`, from its weights and inputs; `classifiers` are the names of its heads. */
  prediction(tensors: Tensors, classifiers: readonly string[], threads: number): Promise<Candidate> {
    return this.#candidate("make_prediction", tensors, { name: "eager", threads, classifiers });
  }

  /** PyTorch's writing of texts of a size, from the weights of a causal transformer, with keys and values `kept` or computed again. */
  writer(tensors: Tensors, size: Size, kept: "kept" | "again"): Promise<Candidate> {
    return this.#candidate("make_writer", tensors, { name: kept, threads: 1, size, kept: kept === "kept" });
  }

  async #candidate(
    request: "make" | "make_prediction" | "make_writer",
    tensors: Tensors,
    {
      name,
      threads,
      ...values
    }: { readonly name: string; readonly threads: number; readonly [value: string]: unknown },
  ): Promise<Candidate> {
    const id = this.#made++;
    const folder = await mkdtemp(join(tmpdir(), "mtl-bench-"));
    const path = join(folder, "start.safetensors");
    await writeSafetensors(path, { tensors, metadata: new Map() });
    await this.#ask(request, { id, path, ...values });
    await rm(folder, { recursive: true });
    return {
      name,
      steps: (count) => this.#ask("steps", { id, threads, count }),
      dispose: async () => void (await this.#ask("drop", { id })),
    };
  }

  /** Bytes resident before the first candidate, and their peak since. */
  memory(): Promise<Answers["memory"]> {
    return this.#ask("memory", {});
  }

  stop(): void {
    this.#child.kill();
  }

  #ask<Request extends keyof Answers>(request: Request, values: object): Promise<Answers[Request]> {
    return ask(this.#child, this.#lines, request, values);
  }
}

async function ask<Request extends keyof Answers>(
  child: ChildProcess,
  lines: Lines,
  request: Request,
  values: object,
): Promise<Answers[Request]> {
  child.stdin?.write(`${JSON.stringify({ do: request, ...values })}\n`);
  const line = await lines.next();
  if (line.done === true) throw new Error(`Python ended before it answered "${request}"`);
  return JSON.parse(line.value) as Answers[Request];
}

function startOf(size: Size): Tensors {
  const plan = planOf(size);
  const [task = ""] = plan.tasks;
  const { features } = batchOf(size, [task]);
  const tensors = storedWeights(plan);
  const shape = [size.batch, size.length];
  tensors.set("ids", { dtype: "I32", shape, data: Int32Array.from(features.get("words.ids") ?? []) });
  tensors.set("mask", { dtype: "U8", shape, data: Uint8Array.from(features.get("words.mask") ?? []) });
  tensors.set("target", {
    dtype: "I32",
    shape: [size.batch],
    data: Int32Array.from(features.get(`${task}.target`) ?? []),
  });
  return tensors;
}

/** The initial weights of a plan as a file has them. */
export function storedWeights(plan: StagePlan): Map<string, StoredTensor> {
  return new Map(
    [...initialStore(plan).tensors()].map(([name, { shape, data }]) => [name, { dtype: "F32", shape, data }]),
  );
}
