import * as nodeFiles from "node:fs/promises";
import { join } from "node:path";
import { readText, writeText } from "../checked-json.ts";
import { UserError } from "../user-error.ts";
import { type Checkpoint, type NewCheckpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { WritableFiles } from "./write-atomically.ts";

const namePattern = /^step-(\d{6,})$/;

/** Names a checkpoint by the updates of the whole run. */
export function checkpointName(runStep: number): string {
  return `step-${String(runStep).padStart(6, "0")}`;
}

/**
 * The folder `checkpoints/`. What a run goes on from is its newest checkpoint; the files `last` and `best`, which hold a name, are for people and
 * for `load`, and can be lost.
 */
export class CheckpointFolder {
  readonly path: string;
  readonly #files: WritableFiles;

  constructor(path: string, files: WritableFiles = nodeFiles) {
    this.path = path;
    this.#files = files;
  }

  /** Oldest first. */
  async names(): Promise<readonly string[]> {
    const entries = await nodeFiles.readdir(this.path).catch(() => []);
    const stepOf = (name: string) => Number(namePattern.exec(name)?.[1]);
    return entries.filter((name) => namePattern.test(name)).sort((left, right) => stepOf(left) - stepOf(right));
  }

  /** The newest checkpoint, or none. A damaged one is an error that names the last good one before it. */
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
        good === undefined ? "No earlier checkpoint is whole: train anew." : `The one before it, ${good}, is whole: delete ${join(this.path, name)} to go on from there.`;
      throw new UserError("data", `The checkpoint ${name} cannot be used. ${cause.message}`, help, { cause });
    }
  }

  folderOf(name: string): string {
    return join(this.path, name);
  }

  read(name: string): Promise<Checkpoint> {
    return readCheckpoint(this.folderOf(name));
  }

  async write(name: string, checkpoint: NewCheckpoint): Promise<void> {
    await writeCheckpoint(join(this.path, name), checkpoint, this.#files);
    await this.point("last", name);
    const { state } = checkpoint;
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

  /** The checkpoint that a pointer names. */
  async pointed(pointer: "last" | "best"): Promise<string> {
    const name = (await readText(join(this.path, pointer))).trim();
    if (!namePattern.test(name)) throw new UserError("data", `${join(this.path, pointer)} does not name a checkpoint.`);
    return name;
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
