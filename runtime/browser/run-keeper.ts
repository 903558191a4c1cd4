import { readFileSync, readdirSync, statSync } from "../host/files.ts";
import { randomUUID } from "../host/hashing.ts";
import { join } from "../host/paths.ts";
import type { KeptFolder, KeptState } from "./kept-runs.ts";
import { waitForLock } from "./locks.ts";
import { filesOf, inStorage, resultOf } from "./storage.ts";

export interface KeeperSettings {
  readonly name: string;
  readonly onKept: (state: KeptState) => void;
  readonly onNote: (text: string) => void;
}

/**
 * Keeps the folder of a run in the browser's storage, as it is when `keep` is called or soon after. The folder of a run
 * can be resumed from whatever it has at any moment, so that a copy of it can be, too. The training does not wait.
 */
export class RunKeeper {
  readonly #folder: string;
  readonly #settings: KeeperSettings;
  readonly #lock: Promise<void>;
  readonly #leave = new AbortController();
  /** The times of the files that the storage has as they are, if it still has what was written under this id. */
  #written: { readonly id: string; readonly times: ReadonlyMap<string, number> } = { id: "", times: new Map() };
  #wanted: KeptState | undefined;
  #saving: Promise<void> | undefined;
  #noted = "";
  readonly #hurry = new AbortController();

  constructor(folder: string, settings: KeeperSettings) {
    this.#folder = folder;
    this.#settings = settings;
    this.#lock = waitForLock(settings.name, this.#leave.signal);
    // A failure is reported when something is to be kept.
    this.#lock.catch(() => undefined);
  }

  keep(state: KeptState): void {
    this.#wanted = state;
    this.#saving ??= this.#save();
  }

  /** Waits until the newest state is kept, or cannot be. */
  async settled(): Promise<void> {
    this.#hurry.abort();
    await this.#saving;
  }

  /** Lets another worker keep a run under the name. */
  async close(): Promise<void> {
    await this.settled();
    this.#leave.abort();
  }

  /** States that come while one is written are one: the newest. */
  async #save(): Promise<void> {
    while (this.#wanted) {
      const state = this.#wanted;
      this.#wanted = undefined;
      const began = performance.now();
      try {
        await locked(this.#lock);
        await this.#write(state);
        this.#settings.onKept(state);
      } catch (error) {
        this.#note(reasonOf(error));
      }
      await rest(restFactor * (performance.now() - began), this.#hurry.signal);
    }
    this.#saving = undefined;
  }

  #note(reason: string): void {
    if (reason === this.#noted) return;
    this.#noted = reason;
    this.#settings.onNote(
      `The run is not kept in this browser: ${reason}. The training continues; what is not kept is lost when the page is closed.`,
    );
  }

  /** Writes what has changed since the last time. */
  async #write(state: KeptState): Promise<void> {
    const { name } = this.#settings;
    this.#written = await inStorage("readwrite", async ({ files, folders }) => {
      const there = (await resultOf(folders.get(name))) as Partial<KeptFolder> | undefined;
      const former = there?.id === this.#written.id ? this.#written.times : new Map<string, number>();
      // From here on the function does not wait, so that these are the files of one moment.
      const now = filesIn(this.#folder);
      if (former.size === 0) files.delete(filesOf(name));
      for (const path of former.keys()) if (!now.has(path)) files.delete([name, path]);
      for (const [path, { time }] of now)
        if (former.get(path) !== time) files.put(readFileSync(join(this.#folder, path)), [name, path]);
      const id = randomUUID();
      const bytes = [...now.values()].reduce((sum, { size }) => sum + size, 0);
      folders.put({ ...state, id, time: Date.now(), bytes } satisfies KeptFolder, name);
      return { id, times: new Map([...now].map(([path, { time }]) => [path, time])) };
    });
  }
}

/** Writing takes at most a twentieth of the time, however large the run is and however often it has checkpoints. */
const restFactor = 19;

function rest(milliseconds: number, hurry: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (hurry.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    hurry.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The lock of the process is no part of a run: otherwise the next one would report that this one no longer exists. */
const ofProcess = "process.lock/";

function filesIn(folder: string): ReadonlyMap<string, { readonly time: number; readonly size: number }> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => !`${path}/`.startsWith(ofProcess),
  );
  return new Map(
    paths.flatMap((path) => {
      const found = statSync(join(folder, path));
      return found.isFile() ? [[path, { time: found.mtimeMs, size: found.size }] as const] : [];
    }),
  );
}

/** A worker that was closed a moment ago may still have its lock. */
const mostMilliseconds = 1000;

async function locked(lock: Promise<void>): Promise<void> {
  await Promise.race([
    lock,
    new Promise((_resolve, reject) =>
      setTimeout(() => reject(new Error("another page keeps a run under the same name")), mostMilliseconds),
    ),
  ]);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "QuotaExceededError") return "its storage is full";
  return error.message.replace(/\.$/u, "");
}
