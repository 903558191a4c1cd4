import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import type { Fault } from "./fault.ts";
import { rows, specifications } from "./specifications.ts";

/** A training that was not killed. */
interface Whole {
  readonly results: Results;
  readonly renames: number;
  readonly writes: number;
  readonly milliseconds: number;
}

/** Hashes of the files with a run's results. */
type Results = Readonly<Record<string, string>>;

const never: Fault = { at: "never" };

/** The most kills of one run. */
const mostKills = 3;

/** The campaign that kills trainings. `trainee` is the path of the built program that trains. */
export function killsOf(trainee = join(import.meta.dirname, `trainee${extname(import.meta.filename)}`)): Campaign {
  return {
    name: "kills",
    quick: 4,
    promise:
      "a training that is killed repeatedly, at any moment, around any rename and in the middle of any write, ends with the same bits as one that was not",
    async run({ trials, seed, note }) {
      const random = new Random(seed);
      const folder = mkdtempSync(join(tmpdir(), "mtl-kills-"));
      const wholes = new Map<string, Whole>();
      const failures: string[] = [];
      const counts: Record<string, number> = {};
      try {
        for (let trial = 0; trial < trials; trial++) {
          const name = random.of(Object.keys(specifications));
          const whole = wholes.get(name) ?? (await trainWhole(trainee, join(folder, name), name));
          wholes.set(name, whole);
          const work = join(folder, `trial-${trial}`);
          makeProject(work, name);
          const faults = [drawn(random, whole)];
          while (faults.length < mostKills && random.below(2) === 0) faults.push(drawn(random, whole));
          const failure = await killed(
            trainee,
            work,
            whole,
            [...faults, never],
            (at) => (counts[at] = (counts[at] ?? 0) + 1),
          );
          if (failure === undefined) rmSync(work, { recursive: true, force: true });
          else
            failures.push(
              `trial ${trial}, ${name}, ${JSON.stringify(faults)}: ${failure}. It is in ${keep(work, trial)}`,
            );
          if ((trial + 1) % 20 === 0) note(`${trial + 1} trials, ${failures.length} failures`);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      return { failures, counts };
    },
  };
}

function drawn(random: Random, { renames, writes, milliseconds }: Whole): Fault {
  const at = random.of(["before_rename", "after_rename", "within_write", "milliseconds"] as const);
  if (at === "milliseconds") return { at, after: random.below(milliseconds) };
  return { at, count: 1 + random.below(at === "within_write" ? writes : renames) };
}

/**
 * Trains a project and kills it at each fault in turn, then compares its results. It describes the failure, or returns
 * `undefined` if there was none.
 */
async function killed(
  trainee: string,
  work: string,
  whole: Whole,
  faults: readonly Fault[],
  count: (at: Fault["at"]) => void,
): Promise<string | undefined> {
  for (const fault of faults) {
    const { code, signal, error } = await runOf(trainee, work, fault);
    // The training may end before the fault, if the remaining part has fewer renames or writes.
    if (code === 0) break;
    if (fault.at === "never" || signal !== "SIGKILL") return `ended with ${code ?? signal}: ${error}`;
    count(fault.at);
  }
  const results = resultsOf(work);
  const other = [...new Set([...Object.keys(whole.results), ...Object.keys(results)])].filter(
    (file) => whole.results[file] !== results[file],
  );
  if (other.length > 0) return `${other.join(", ")} differ`;
  const left = readdirSync(runOfProject(work), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".partial"));
  return left.length === 0 ? undefined : `left ${left.join(", ")}`;
}

async function trainWhole(trainee: string, work: string, name: string): Promise<Whole> {
  makeProject(work, name);
  const begun = performance.now();
  const { code, output, error } = await runOf(trainee, work, never);
  if (code !== 0) throw new Error(`${name} cannot be trained: ${error}`);
  const { renames, writes } = JSON.parse(output) as { readonly renames: number; readonly writes: number };
  return { results: resultsOf(work), renames, writes, milliseconds: performance.now() - begun };
}

function makeProject(work: string, name: string): void {
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "model.mtl"), specifications[name] ?? "");
  writeFileSync(join(work, "rows.jsonl"), rows());
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly error: string;
}

async function runOf(trainee: string, work: string, fault: Fault): Promise<Ended> {
  const child = spawn(process.execPath, [trainee, work, JSON.stringify(fault)], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, error] = ["", ""];
  child.stdout.on("data", (text) => (output += String(text)));
  child.stderr.on("data", (text) => (error += String(text)));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, output, error: error.trim().slice(0, 1000) };
}

/** The folder of the project's run. A run that died before it took its lock has not begun, and is ignored. */
function runOfProject(work: string): string {
  const runs = readdirSync(join(work, "runs")).map((name) => join(work, "runs", name));
  return runs.find((each) => existsSync(join(each, "run.lock.json"))) ?? work;
}

function resultsOf(work: string): Results {
  const run = runOfProject(work);
  const files = ["eval", "evaluation", "model"].flatMap((part) =>
    readdirSync(join(run, part), { recursive: true }).map((name) => join(part, String(name))),
  );
  const compared = files.filter(
    (file) => /\.(?:safetensors|mtl)$|^eval/u.test(file) || file.endsWith("preprocessing.json"),
  );
  const hashes = compared.map((file) => [file, hashOf(readFileSync(join(run, file)))] as const);
  // Only the times of measurements may differ.
  const metrics = readFileSync(join(run, "metrics.jsonl"), "utf8").replaceAll(/"time":"[^"]*"/gu, "");
  return Object.fromEntries([
    ...hashes,
    ["metrics.jsonl", hashOf(metrics)],
    ["checkpoints/last", readFileSync(join(run, "checkpoints", "last"), "utf8")],
  ]);
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Copies a failed trial to a folder that is not removed at the end. */
function keep(work: string, trial: number): string {
  const copy = mkdtempSync(join(tmpdir(), `mtl-killed-${trial}-`));
  cpSync(work, copy, { recursive: true });
  return copy;
}
