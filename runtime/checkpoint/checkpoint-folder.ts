import * as nodeFiles from "../host/files.ts";
import { existsSync } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { writeText } from "../files/checked-json.ts";
import { UserError } from "../user-error.ts";
import {
  type Checkpoint,
  type NewCheckpoint,
  checkFiles,
  readCheckpoint,
  readState,
  writeCheckpoint,
} from "./checkpoint.ts";
import type { TrainingState } from "./training-state.ts";
import type { WritableFiles } from "../files/write-atomically.ts";

const namePattern = /^step-(\d{6,})$/;

/** The name of a checkpoint, after the number of updates of the whole run. */
export function checkpointName(runStep: number): string {
  return `step-${String(runStep).padStart(6, "0")}`;
}

/**
 * The folder `checkpoints/`. A run continues from its newest checkpoint. The files `last` and `best`, which contain a
 * name, are for people only, and may be missing.
 */
export class CheckpointFolder {
  readonly path: string;
  readonly #files: WritableFiles;
  readonly #run: string | undefined;

  /**
   * `run` is the seal of the run's lock, which identifies the run that the checkpoints belong to; older runs have none.
   */
  constructor(path: string, files: WritableFiles = nodeFiles, run?: string) {
    this.path = path;
    this.#files = files;
    this.#run = run;
  }

  /** Oldest first. */
  async names(): Promise<readonly string[]> {
    const entries = await nodeFiles.readdir(this.path).catch(() => []);
    const stepOf = (name: string) => Number(namePattern.exec(name)?.[1]);
    return entries.filter((name) => namePattern.test(name)).sort((left, right) => stepOf(left) - stepOf(right));
  }

  /**
   * The newest checkpoint, or `undefined`. Throws a `UserError` if it is damaged, which names the last good one before
   * it.
   */
  async newest(): Promise<{ readonly name: string; readonly checkpoint: Checkpoint } | undefined> {
    const names = await this.names();
    const name = names.at(-1);
    if (name === undefined) return undefined;
    try {
      return { name, checkpoint: await this.read(name) };
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      const good = await this.#lastGood(names.slice(0, -1));
      const help =
        good === undefined
          ? "No earlier checkpoint is intact: start a new training."
          : `The one before it, ${good}, is intact: delete ${join(this.path, name)} to continue from there.`;
      throw new UserError("data", `The checkpoint ${name} cannot be used. ${cause.message}`, help, { cause });
    }
  }

  folderOf(name: string): string {
    return join(this.path, name);
  }

  async read(name: string): Promise<Checkpoint> {
    const checkpoint = await readCheckpoint(this.folderOf(name));
    this.#requireOwn(name, checkpoint.state);
    return checkpoint;
  }

  async state(name: string): Promise<TrainingState> {
    const state = await readState(this.folderOf(name));
    this.#requireOwn(name, state);
    return state;
  }

  /**
   * Checks that the checkpoints which the run needs later are undamaged, before the run changes anything. Deleted ones
   * are skipped.
   */
  async check(names: Iterable<string>): Promise<void> {
    for (const name of new Set(names)) {
      if (!existsSync(this.folderOf(name))) continue;
      await checkFiles(this.folderOf(name)).catch((cause: unknown) => {
        if (!(cause instanceof UserError)) throw cause;
        const help = `Restore it from a copy, or start a new training. Nothing was changed: \`mtl eval RUN --checkpoint NAME\` measures the intact checkpoints, and an existing model/ predicts.`;
        throw new UserError(
          "data",
          `The checkpoint ${name}, from which the run continues, cannot be used. ${cause.message}`,
          help,
          { cause },
        );
      });
    }
  }

  async write(name: string, { state, ...tensors }: NewCheckpoint): Promise<void> {
    await writeCheckpoint(
      join(this.path, name),
      { ...tensors, state: { ...state, ...(this.#run === undefined ? {} : { run: this.#run }) } },
      this.#files,
    );
    await this.point("last", name);
    await this.point("best", (state.finished ? state.phases.at(-1)?.best : state.best?.checkpoint) ?? name);
  }

  /** Deletes all but the `keep` newest and those that are still needed by name. */
  async prune(keep: number, needed: ReadonlySet<string>): Promise<void> {
    const names = await this.names();
    for (const name of names.slice(0, Math.max(0, names.length - keep))) {
      if (!needed.has(name)) await this.#files.rm(join(this.path, name), { recursive: true, force: true });
    }
  }

  async point(pointer: "last" | "best", name: string): Promise<void> {
    await writeText(join(this.path, pointer), `${name}\n`, this.#files);
  }

  #requireOwn(name: string, { run }: TrainingState): void {
    if (this.#run === undefined || run === undefined || run === this.#run) return;
    throw new UserError(
      "data",
      `${this.folderOf(name)} belongs to another run than the run.lock.json next to it.`,
      "Restore one of the two.",
    );
  }

  async #lastGood(names: readonly string[]): Promise<string | undefined> {
    for (const name of names.toReversed()) {
      const isWhole = await this.read(name).then(
        () => true,
        () => false,
      );
      if (isWhole) return name;
    }
    return undefined;
  }
}
