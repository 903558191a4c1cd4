import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { UserError } from "./user-error.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
}

export interface ProcessLock {
  /** The process whose lock was taken over, because it is gone. */
  readonly stale?: number;
  release(): Promise<void>;
}

/** Locks of this very process: in a container, a new process often has the number of the one that was killed. */
const heldHere = new Set<string>();

/** Keeps a second process out of a run's folder. The lock of a process of this machine that no longer runs is taken over. */
export async function takeProcessLock(path: string): Promise<ProcessLock> {
  if (await create(path)) return { release: () => release(path) };
  const holder = await readHolder(path);
  if (holder && isAtWork(holder, path)) {
    throw new UserError("run_failed", `Process ${holder.pid} on ${holder.host} is at work in this run.`, `Wait for it, or stop it; if it is surely gone, delete ${path}.`);
  }
  await rm(path, { force: true });
  if (!(await create(path))) throw new UserError("run_failed", "Another process has just begun to work in this run.", "Wait for it, or stop it.");
  return { ...(holder ? { stale: holder.pid } : {}), release: () => release(path) };
}

/** Whether a process is at work there, as far as one can tell: that of another machine is taken to be. */
export async function isHeld(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  return holder !== undefined && isAtWork(holder, path);
}

function isAtWork({ host, pid }: Holder, path: string): boolean {
  return host !== hostname() || (pid === process.pid ? heldHere.has(path) : isRunning(pid));
}

async function release(path: string): Promise<void> {
  heldHere.delete(path);
  await rm(path, { force: true });
}

async function create(path: string): Promise<boolean> {
  const file = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return undefined;
    throw new UserError("run_failed", `Cannot write ${path}: ${error.message}.`, "Look whether the folder can be written.", { cause: error });
  });
  if (!file) return false;
  await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
  await file.close();
  heldHere.add(path);
  return true;
}

/** Nothing where the file is gone or half-written: its process was killed at once. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const { pid, host } = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
