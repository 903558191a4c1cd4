import type { CompiledSpecification } from "../compile.ts";
import type { Preprocessing } from "../data/data.ts";
import type { DataFolders } from "../data/files/data-folders.ts";
import type { ReadingProgress } from "../data/columns/loaded-dataset.ts";
import { type OpenedData, openData } from "../data/open-data.ts";
import type { Engine } from "../engines/engine.ts";
import { type EngineChoice, type OpenEngineOptions, openEngine } from "../engines/open-engine.ts";

export interface EngineAndDataSettings {
  readonly compiled: CompiledSpecification;
  readonly folders: DataFolders;
  readonly engine?: EngineChoice;
  readonly threads: number;
  /** The preprocessing of the training; learnt from the data if it is absent. */
  readonly preprocessing?: Preprocessing;
  /** Receives the progress of reading, because decoding pictures for the first time takes a while. */
  readonly onReading?: ((progress: ReadingProgress) => void) | undefined;
  /** Receives the reason if the engine is not the best one. */
  readonly onNote?: (note: string) => void;
}

export interface EngineAndData {
  readonly engine: Engine;
  readonly data: OpenedData;
}

/** Opens an engine and the data, and closes both in any case. */
export async function withEngineAndData<Result>(
  settings: EngineAndDataSettings,
  use: (opened: EngineAndData) => Promise<Result>,
): Promise<Result> {
  const { compiled, folders, threads, preprocessing, onNote, onReading } = settings;
  const onFallback: NonNullable<OpenEngineOptions["onFallback"]> = ({ engine, reason, help }, taken) =>
    onNote?.(`Runs on ${taken}, because ${engine} is not available: ${reason}. ${help ?? ""}`.trim());
  const engine = await openEngine({
    threads,
    onFallback,
    ...(onNote ? { onNote } : {}),
    ...(settings.engine ? { engine: settings.engine } : {}),
  });
  try {
    const data = await openData({
      specification: compiled.program.specification,
      ...folders,
      ...(preprocessing ? { preprocessing } : {}),
      ...(onReading ? { onProgress: onReading } : {}),
    });
    try {
      return await use({ engine, data });
    } finally {
      await data.close();
    }
  } finally {
    await engine.dispose();
  }
}
