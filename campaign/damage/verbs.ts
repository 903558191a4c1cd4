import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { runCli } from "../../cli/run-cli.ts";

/** Command lines that use a run, for the folder of its specification. */
export const verbs: { readonly [name: string]: (run: string) => readonly string[] } = {
  predict: (run) => ["predict", run, "--threads", "1"],
  "predict model": (run) => ["predict", join(run, "model"), "--threads", "1"],
  eval: (run) => ["eval", run, "--split", "validation", "--json"],
  resume: (run) => ["train", "--resume", run, "--threads", "1"],
  report: (run) => ["report", run, "-o", "report-of-campaign.html"],
  runs: () => ["runs", "--json"],
  diff: (run) => ["diff", run, run.endsWith("whole-0001") ? "runs/halted-0001" : "runs/whole-0001", "--json"],
  compile: (run) => ["compile", run, "--out", "compiled-by-campaign"],
  doctor: (run) => ["doctor", run],
};

export interface Outcome {
  readonly code: number | "hang";
  readonly stdout: string;
  readonly stderr: string;
}

const mostMilliseconds = 60_000;

export async function runVerb(argv: readonly string[], cwd: string, input: string): Promise<Outcome> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const stdin = Object.assign(Readable.from([input]), { isTTY: false });
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<"hang">((resolve) => {
    timer = setTimeout(() => resolve("hang"), mostMilliseconds);
  });
  const code = await Promise.race([
    runCli(argv, { stdout, stderr, stdin, env: {}, cwd }).catch((error: unknown) => {
      stderr.write(`thrown: ${String(error)}`);
      return 70;
    }),
    hang,
  ]);
  clearTimeout(timer);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

class Collected extends Writable {
  readonly #chunks: string[] = [];

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk.toString());
    done();
  }

  text(): string {
    return this.#chunks.join("");
  }
}

/** Hashes of the regular files below a folder, by path. */
export function hashesOf(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    lstatSync(join(folder, name)).isFile(),
  );
  return new Map(
    paths.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}
