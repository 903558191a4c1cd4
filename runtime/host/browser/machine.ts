import type * as node from "../machine.ts";
import { web } from "./web.ts";

// A page has one process. Its number is drawn, so that files of a page that was closed are not taken for its own.
const pid = 1 + Number.parseInt(crypto.randomUUID().slice(0, 7), 16);

function noProcess(): never {
  throw Object.assign(new Error("a browser starts no processes"), { code: "ESRCH" });
}

/** Signals never come. */
const page = {
  pid,
  platform: "browser",
  arch: "wasm",
  version: "",
  argv: [] as string[],
  // A cache of decoded values would be in the same memory, and gone with it.
  env: { MTL_CACHE: "none" } as Record<string, string | undefined>,
  execPath: "",
  cwd: () => "/",
  on: () => page,
  removeListener: () => page,
  kill: (id: number) => id === pid || noProcess(),
};

export const process = page as unknown as typeof node.process;

/** Threads share memory, which a page has only if it is isolated from other origins. */
export const availableParallelism: typeof node.availableParallelism = () =>
  web.crossOriginIsolated === true ? (web.navigator?.hardwareConcurrency ?? 1) : 1;
export const hostname: typeof node.hostname = () => "browser";
export const tmpdir: typeof node.tmpdir = () => "/tmp";
/** Browsers tell at most 8 GiB. */
export const totalmem: typeof node.totalmem = () => (web.navigator?.deviceMemory ?? 4) * 2 ** 30;

export const execFile = noProcess as unknown as typeof node.execFile;
export const execFileSync = noProcess as unknown as typeof node.execFileSync;
export const fork = noProcess as unknown as typeof node.fork;
export const createRequire = noProcess as unknown as typeof node.createRequire;
export const promisify = ((call: unknown) => call) as unknown as typeof node.promisify;
export const util = {} as typeof node.util;
export const isMainThread: typeof node.isMainThread = true;
