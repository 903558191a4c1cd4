import { process } from "../host/machine.ts";
import { existsSync, mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from "../host/files.ts";
import { randomUUID } from "../host/hashing.ts";
import { join } from "../host/paths.ts";
import { cannotWrite } from "../files/write-atomically.ts";
import { type ProcessIdentity, isRunning, ownIdentity } from "./process-identity.ts";
import { UserError } from "../user-error.ts";

export interface ProcessLock {
  /** The id of an ended process whose lock was taken over. */
  readonly stale?: number;
  release(): Promise<void>;
}

/**
 * Keeps other processes from working in the folder that `path` locks. It contains *turns*, folders 1, 2 and so on; the
 * last one names the process that holds the lock. A turn is written under a temporary name and then renamed, which
 * fails if it exists already. So only one of all processes that find the last turn over gets the next one, and no
 * process can remove the lock of another by mistake ([One lock for each
 * run](../docs/decisions/runs.md#one-lock-for-each-run)).
 */
export async function takeProcessLock(path: string): Promise<ProcessLock> {
  await makeFolder(path);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const last = lastOf(await turnsOf(path));
    const holder = last === 0 ? "nobody" : await holderOf(path, last);
    if (typeof holder === "object" && isRunning(holder)) throw atWork(holder, path);
    const turn = last + 1;
    if (!(await takeTurn(path, turn))) continue;
    const turns = await turnsOf(path);
    if (lastOf(turns) !== turn) {
      // The turn that was last at first is long over: later turns were taken, and the first of them were removed.
      await rm(join(path, String(turn)), { recursive: true, force: true });
      continue;
    }
    await clear(
      path,
      turns.filter((each) => each < last),
    );
    return { ...(typeof holder === "object" ? { stale: holder.pid } : {}), release: () => release(path, turn) };
  }
  throw new UserError("run_failed", `Other processes keep taking ${path}.`, "Wait for them, or stop them.");
}

/** True if a process holds the lock, as far as can be determined. A process of another machine is assumed to run. */
export async function isHeld(path: string): Promise<boolean> {
  const legacy = await legacyHolder(path);
  if (legacy !== undefined) return isRunning(legacy);
  const last = lastOf(await turnsOf(path).catch(() => []));
  const holder = last === 0 ? "nobody" : await holderOf(path, last).catch(() => "nobody");
  return typeof holder === "object" && isRunning(holder);
}

const attempts = 100;
const holderName = "holder.json";
/**
 * The name of the file after the end of the turn. Renaming needs no disk space, so that a full disk does not lock
 * others out.
 */
const overName = "over";
/** Files of a process that was killed while it took a turn are removed after a day. */
const staleMilliseconds = 24 * 60 * 60 * 1000;

function atWork({ pid, host }: ProcessIdentity, path: string): UserError {
  return new UserError(
    "run_failed",
    `Process ${pid} on ${host} is working in this run.`,
    `Wait for it, or stop it; if it no longer exists, delete ${path}.`,
  );
}

/**
 * The lock of an earlier version was a file. It is removed if its process is gone: removing a file never removes the
 * folder that another process makes there.
 */
async function makeFolder(path: string): Promise<void> {
  const legacy = await legacyHolder(path);
  if (legacy !== undefined && isRunning(legacy)) throw atWork(legacy, path);
  try {
    if (legacy !== undefined) await unlink(path).catch(() => undefined);
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

async function turnsOf(path: string): Promise<readonly number[]> {
  const names = await readdir(path).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
  return names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
}

function lastOf(turns: readonly number[]): number {
  return turns.reduce((most, turn) => Math.max(most, turn), 0);
}

/** False where another process has it. */
async function takeTurn(path: string, turn: number): Promise<boolean> {
  const partial = join(path, `.${randomUUID()}`);
  const place = join(path, String(turn));
  try {
    await mkdir(partial);
    await writeFile(join(partial, holderName), JSON.stringify(ownIdentity()));
    await rename(partial, place);
    return true;
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (existsSync(place)) return false;
    throw cannotWrite(place, cause);
  }
}

/**
 * The process that holds the turn; `nobody` if the turn is over, or if its file cannot be parsed. As the file is
 * renamed into the folder as a whole, it is only damaged after a crash of the machine, which also ended the process.
 */
async function holderOf(path: string, turn: number): Promise<ProcessIdentity | "nobody"> {
  const place = join(path, String(turn));
  return (
    parsed(
      await readFile(join(place, holderName), "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw new UserError(
          "run_failed",
          `Cannot read which process is working in this run: ${error.message}.`,
          `Check who may read ${place}.`,
          { cause: error },
        );
      }),
    ) ?? "nobody"
  );
}

function parsed(text: string): ProcessIdentity | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<ProcessIdentity>;
    if (!Number.isSafeInteger(pid) || typeof pid !== "number" || pid <= 0 || typeof host !== "string") return undefined;
    return { pid, host, ...(typeof started === "string" ? { started } : {}) };
  } catch {
    return undefined;
  }
}

/** The holder that a file of an earlier version names; if such a file names no process, its process is gone. */
async function legacyHolder(path: string): Promise<ProcessIdentity | undefined> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const gone: ProcessIdentity = { pid: 2 ** 31 - 1, host: ownIdentity().host };
  const found = parsed(await readFile(path, "utf8").catch(() => "")) ?? gone;
  // The lock does not contain the start time of its process. In a container, a new process often has the same id as the
  // one that was killed.
  return found.pid === process.pid ? gone : found;
}

async function release(path: string, turn: number): Promise<void> {
  const place = join(path, String(turn));
  await rename(join(place, holderName), join(place, overName)).catch((cause: NodeJS.ErrnoException) => {
    // The folder may have been deleted.
    if (cause.code !== "ENOENT") throw cannotWrite(place, cause);
  });
}

async function clear(path: string, turns: readonly number[]): Promise<void> {
  for (const turn of turns) await rm(join(path, String(turn)), { recursive: true, force: true });
  for (const name of await readdir(path)) {
    if (!name.startsWith(".")) continue;
    const found = await stat(join(path, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMilliseconds)
      await rm(join(path, name), { recursive: true, force: true });
  }
}
