import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Float32Tensor } from "../train/tensor-store.ts";
import { UserError } from "../user-error.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { type TrainingState, trainingStateFile } from "./training-state.ts";
import { type WritableFiles, cannotWrite, flushFolder } from "./write-atomically.ts";

export type Tensors = ReadonlyMap<string, Float32Tensor>;

/** What a folder `step-000500` holds. */
export interface Checkpoint {
  /** Weights and states, by name; where the stage averages, the averages. */
  readonly model: Tensors;
  /** Optimizer slots of the phase, by the name of their input; the slot `average` holds the weight from which training goes on. */
  readonly optimizer: Tensors;
  readonly state: TrainingState;
}

/** What is to be written: hashes of files come with it. */
export type NewCheckpoint = Omit<Checkpoint, "state"> & { readonly state: Omit<TrainingState, "files"> };

const tensorFiles = { model: "model.safetensors", optimizer: "optimizer.safetensors" } as const;

/** Writes the folder under another name, flushed, and then renames it: a checkpoint is there whole or not at all. */
export async function writeCheckpoint(path: string, content: NewCheckpoint, files: WritableFiles): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  try {
    await files.rm(partial, { recursive: true, force: true });
    await files.mkdir(partial, { recursive: true });
    await writeInto(partial, content, files);
    // Only where an earlier attempt at the same step is run again: that one is no longer the newest.
    await files.rm(path, { recursive: true, force: true });
    await files.rename(partial, path);
    await flushFolder(dirname(path), files);
  } catch (cause) {
    // On a full disk, half a checkpoint would take the space that the way back needs.
    await files.rm(partial, { recursive: true, force: true });
    throw cannotWrite(path, cause);
  }
}

async function writeInto(folder: string, { model, optimizer, state }: NewCheckpoint, files: WritableFiles): Promise<void> {
  await writeTensors(join(folder, tensorFiles.model), model, files);
  await writeTensors(join(folder, tensorFiles.optimizer), optimizer, files);
  const hashOf = (file: string) => sha256(join(folder, file));
  const hashes = { [tensorFiles.model]: await hashOf(tensorFiles.model), [tensorFiles.optimizer]: await hashOf(tensorFiles.optimizer) } as const;
  await trainingStateFile.write(join(folder, "state.json"), { ...state, files: hashes }, files);
}

/** Fails with a `UserError` that says what is damaged. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const state = await trainingStateFile.read(join(path, "state.json"));
  for (const [file, expected] of Object.entries(state.files)) {
    if ((await sha256(join(path, file))) !== expected) throw new UserError("data", `${join(path, file)} is damaged: its content is not what was written.`);
  }
  return { model: await readTensors(join(path, tensorFiles.model)), optimizer: await readTensors(join(path, tensorFiles.optimizer)), state };
}

export function readModel(path: string): Promise<Tensors> {
  return readTensors(join(path, tensorFiles.model));
}

export async function writeTensors(path: string, tensors: Tensors, files?: WritableFiles): Promise<void> {
  const stored = new Map([...tensors].map(([name, { shape, data }]) => [name, { dtype: "F32", shape, data: data as Float32Array<ArrayBuffer> } as const]));
  await writeSafetensors(path, { tensors: stored, metadata: new Map([["format", "mtl"]]) }, files);
}

export async function readTensors(path: string): Promise<Tensors> {
  const { tensors } = await readSafetensors(path);
  return new Map(
    [...tensors].map(([name, tensor]) => {
      if (tensor.dtype !== "F32") throw new UserError("data", `${path} holds ${name} as ${tensor.dtype}; weights are F32.`);
      return [name, { shape: tensor.shape, data: tensor.data }];
    }),
  );
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash).catch((cause: unknown) => {
    throw new UserError("data", `Cannot read ${path}.`, undefined, { cause });
  });
  return hash.digest("hex");
}
