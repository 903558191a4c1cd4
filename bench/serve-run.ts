import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { packageRoot } from "../runtime/host/package-root.ts";

/** A process of `mtl serve`. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

/** Serves a run with one thread while some work is done. */
export async function withServer<Result>(
  run: string,
  work: (server: Server) => Promise<Result>,
  options: readonly string[] = [],
): Promise<Result> {
  const words = ["serve", run, "--port", "0", "--threads", "1", "--log", "none", "--no-follow"];
  const server = spawn(process.execPath, [...options, join(packageRoot(), "dist", "cli", "main.js"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    return await work({ url: line.toString().trim(), process: server });
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
}
