import { readFileSync } from "../host/files.ts";
import { execFileSync, hostname, process } from "../host/machine.ts";

/** A process, distinguished from later ones that get its number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The start time of the process as its system reports it; absent if the system does not. */
  readonly started?: string;
}

export function ownIdentity(): ProcessIdentity {
  const started = startOf(process.pid);
  return { pid: process.pid, host: hostname(), ...(started === undefined ? {} : { started }) };
}

/** True if the process is running, as far as can be determined. A process of another machine is assumed to run. */
export function isRunning({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return true;
  if (!isThere(pid)) return false;
  const now = startOf(pid);
  return now !== ended && (started === undefined || now === undefined || now === started);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that the process is running under another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The state of a process that has ended, and whose parent has not read its exit code yet. */
const ended = "ended";

function startOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return linuxStartOf(pid);
    if (process.platform === "win32") return undefined;
    return (
      execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
        encoding: "utf8",
        env: { ...process.env, LC_ALL: "C" },
        stdio: ["ignore", "pipe", "ignore"],
      }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

/**
 * The start time of a process from `/proc` (proc(5)): the third field of `stat` is the state, the 22nd the start time
 * in clock ticks since boot. The second field, a name, may contain any characters.
 */
function linuxStartOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return ended;
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${fields[19] ?? ""}`;
}
