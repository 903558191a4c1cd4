import { existsSync } from "../host/files.ts";
import { createSha256 } from "../host/hashing.ts";
import { basename, dirname, join } from "../host/paths.ts";
import type { Float32Tensor } from "../train/step/tensor-store.ts";
import { reasonOf, streamRegular } from "../files/regular-file.ts";
import { UserError } from "../user-error.ts";
import { formerCheckpoint, temporaryName } from "../files/leftovers.ts";
import { type ReadSettings, readSafetensors, writeSafetensors } from "./safetensors.ts";
import { toHalf } from "./to-half.ts";
import { type TrainingState, trainingStateFile } from "./training-state.ts";
import { type WritableFiles, cannotWrite, flushFolder, renameWithRetry } from "../files/write-atomically.ts";

export type Tensors = ReadonlyMap<string, Float32Tensor>;

/** The contents of a folder `step-000500`. */
export interface Checkpoint {
  /** Weights and states, by name; where the stage averages, the averages. */
  readonly model: Tensors;
  /**
   * Optimizer slots of the phase, by the name of their input; the slot `average` holds the weight from which training
   * continues.
   */
  readonly optimizer: Tensors;
  readonly state: TrainingState;
}

/** A checkpoint to be written: the hashes of its files are added then. */
export type NewCheckpoint = Omit<Checkpoint, "state"> & { readonly state: Omit<TrainingState, "files"> };

const tensorFiles = { model: "model.safetensors", optimizer: "optimizer.safetensors" } as const;

/**
 * Writes the folder under another name, flushes it, and then renames it, so that a checkpoint is complete or absent.
 */
export async function writeCheckpoint(path: string, content: NewCheckpoint, files: WritableFiles): Promise<void> {
  const partial = temporaryName(path);
  try {
    await files.rm(partial, { recursive: true, force: true });
    await files.mkdir(partial, { recursive: true });
    await writeInto(partial, content, files);
    await replaceCheckpoint(path, partial, files);
    await flushFolder(dirname(path), files);
  } catch (cause) {
    // On a full disk, half a checkpoint would take the space that the way back needs.
    await files.rm(partial, { recursive: true, force: true });
    throw cannotWrite(path, cause);
  }
}

/**
 * Replaces a checkpoint of the same step, as after a stage of no steps: the old one is removed only when the new one
 * has its name.
 */
async function replaceCheckpoint(path: string, partial: string, files: WritableFiles): Promise<void> {
  if (!existsSync(path)) return renameWithRetry(partial, path, files);
  const former = formerCheckpoint(path);
  await renameWithRetry(path, former, files);
  await renameWithRetry(partial, path, files);
  await files.rm(former, { recursive: true, force: true });
}

async function writeInto(
  folder: string,
  { model, optimizer, state }: NewCheckpoint,
  files: WritableFiles,
): Promise<void> {
  const hashes = {
    [tensorFiles.model]: await writeTensors(join(folder, tensorFiles.model), model, { files }),
    [tensorFiles.optimizer]: await writeTensors(join(folder, tensorFiles.optimizer), optimizer, { files }),
  } as const;
  await trainingStateFile.write(join(folder, "state.json"), { ...state, files: hashes }, files);
}

/** Throws a `UserError` that names the damaged file. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const state = await readState(path);
  const read = (file: keyof TrainingState["files"]) => readTensors(join(path, file), { sha256: state.files[file] });
  return { model: await read(tensorFiles.model), optimizer: await read(tensorFiles.optimizer), state };
}

export async function readModel(path: string): Promise<Tensors> {
  const { files } = await readState(path);
  return readTensors(join(path, tensorFiles.model), { sha256: files[tensorFiles.model] });
}

/** Checks that the files of a checkpoint are as they were written; a `UserError` names one that is not. */
export async function checkFiles(path: string): Promise<void> {
  const { files } = await readState(path);
  for (const [file, expected] of Object.entries(files)) {
    if ((await sha256OfFile(join(path, file))) !== expected)
      throw new UserError(
        "data",
        `${join(path, file)} is damaged: its content has other content than was written.`,
        "Restore the file.",
      );
  }
}

/** A checkpoint is named after its step: `step-000500`. The name of a copy is not checked if it has another form. */
export function readState(path: string): Promise<TrainingState> {
  const step = /^step-(\d+)$/.exec(basename(path))?.[1];
  return trainingStateFile.readAt(
    join(path, "state.json"),
    ({ runStep }) => step === undefined || Number(step) === runStep,
  );
}

/** Returns the SHA-256 of the file. */
export async function writeTensors(path: string, tensors: Tensors, settings: WriteSettings = {}): Promise<string> {
  return writeStored(path, tensors, single, settings);
}

/** Writes weights in half precision, for `init: from`: checkpoints and models are in single precision. */
export async function writeHalf(path: string, tensors: Tensors, settings: WriteSettings = {}): Promise<string> {
  return writeStored(path, tensors, (data) => ({ dtype: "F16", data: toHalf(data) }), settings);
}

interface WriteSettings {
  readonly files?: WritableFiles | undefined;
  /** Entries of the header in addition to the format. */
  readonly metadata?: ReadonlyMap<string, string>;
}

type StoredNumbers =
  | { readonly dtype: "F32"; readonly data: Float32Array<ArrayBuffer> }
  | { readonly dtype: "F16"; readonly data: Uint16Array<ArrayBuffer> };

const single = (data: Float32Array): StoredNumbers => ({ dtype: "F32", data: data as Float32Array<ArrayBuffer> });

function writeStored(
  path: string,
  tensors: Tensors,
  stored: (data: Float32Array) => StoredNumbers,
  { files, metadata = new Map() }: WriteSettings,
): Promise<string> {
  const all = new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, ...stored(data) }]));
  return writeSafetensors(path, { tensors: all, metadata: new Map([["format", "mtl"], ...metadata]) }, files);
}

/** Reads the tensors of a file, whose SHA-256 must be `sha256` if that is given. */
export async function readTensors(
  path: string,
  settings: Pick<ReadSettings, "sha256" | "mostBytes"> = {},
): Promise<Tensors> {
  const { tensors } = await readSafetensors(path, settings);
  return new Map(
    [...tensors].map(([name, tensor]) => {
      if (tensor.dtype !== "F32")
        throw new UserError("data", `${path} holds ${name} as ${tensor.dtype}; weights are F32.`);
      return [name, { shape: tensor.shape, data: tensor.data }];
    }),
  );
}

/** The SHA-256 of a file, read piece by piece. Throws a `UserError` if it cannot be read. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createSha256();
  try {
    for await (const piece of await streamRegular(path)) hash.update(piece as Uint8Array);
  } catch (cause) {
    throw new UserError("data", `Cannot read ${path}: ${reasonOf(cause)}.`, undefined, { cause });
  }
  return hash.digest("hex");
}
