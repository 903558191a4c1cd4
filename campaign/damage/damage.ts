import { cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodeOfBug } from "../../cli/failures.ts";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import { mutations } from "./mutations.ts";
import { type Seals, type Subject, makeSubjects } from "./subjects.ts";
import { type Outcome, hashesOf, runVerb, verbs } from "./verbs.ts";

/** Files of a run that no command may lose. */
const isGood = (file: string): boolean => /^(checkpoints|model)\//.test(file) && !/\/(best|last)$/.test(file);
/** Files with the results of a training. The other files contain times, which differ. */
const isResult = (file: string): boolean => /^(model\/.*safetensors|eval\/.*json)$/.test(file);

export const damage = campaignOf(
  "damage",
  "kept",
  "one file of a run is damaged at random: each command on the run refuses with a message or gives the same result as before, and loses no good file",
);
export const strangers = campaignOf(
  "strangers",
  "taken out",
  "the same with files whose hashes an attacker has removed: each command on the run ends with a message or a result, and writes nowhere else",
);

function campaignOf(name: string, seals: Seals, promise: string): Campaign {
  const run: Campaign["run"] = async ({ trials, seed, note }) => {
    const folder = mkdtempSync(join(tmpdir(), "mtl-damage-"));
    const failures: string[] = [];
    const counts: Record<string, number> = { refused: 0, "the same": 0 };
    try {
      const workshop = new Workshop(folder, await makeSubjects(folder, seals, note), seals);
      for (let trial = 0; trial < trials; trial++) {
        const { verdict, report } = await workshop.attempt(new Random(seed * 1_000_003 + trial));
        if (verdict === "failed") failures.push(`trial ${trial}: ${report}`);
        else counts[verdict] = (counts[verdict] ?? 0) + 1;
        if (verdict === "failed" || (trial + 1) % 50 === 0)
          note(verdict === "failed" ? `trial ${trial}: ${report}` : `${trial + 1} trials, ${failures.length} failures`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return { failures, counts };
  };
  return { name, promise, quick: 4, run };
}

interface Verdict {
  readonly verdict: "refused" | "the same" | "failed";
  readonly report: string;
}

interface Expected {
  readonly outcome: Outcome;
  readonly results: ReadonlyMap<string, string>;
}

class Workshop {
  readonly #folder: string;
  readonly #subjects: readonly Subject[];
  readonly #expected = new Map<string, Expected>();

  readonly #seals: Seals;

  constructor(folder: string, subjects: readonly Subject[], seals: Seals) {
    this.#seals = seals;
    this.#folder = folder;
    this.#subjects = subjects;
  }

  async attempt(random: Random): Promise<Verdict> {
    const subject = random.of(this.#subjects);
    const run = random.of(["runs/whole-0001", "runs/halted-0001"]);
    const verb = random.of(Object.keys(verbs));
    const expected = await this.#expectedOf(subject, run, verb);
    const work = this.#copy(subject);
    const files = filesOf(join(work, run));
    const others = [
      ...files.map((file) => join(work, run, file)),
      ...filesOf(join(work, "runs")).map((file) => join(work, "runs", file)),
    ];
    let done: string | undefined;
    let file = "";
    while (done === undefined) {
      file = random.of(files);
      done = mutations[random.of(Object.keys(mutations))]?.(join(work, run, file), random, others);
    }
    const before = hashesOf(join(work, run));
    const outcome = await runVerb(verbs[verb]?.(run) ?? [], work, subject.asked);
    const report = `${subject.name} ${run} ${file} ${done.replaceAll(work, "")}; ${verb}: `;
    if (outcome.code === "hang" || outcome.code === exitCodeOfBug || /^ +at .*:\d+:\d+\)?$/m.test(outcome.stderr))
      return failed(`${report}${outcome.code === "hang" ? "hangs" : "a stack trace"}: ${excerpt(outcome.stderr)}`);
    const outside = readdirSync(this.#folder).filter((name) => name !== "trial" && name !== "subjects");
    if (outside.length > 0) return failed(`${report}wrote ${outside.join(", ")} outside the run`);
    if (this.#seals === "taken out") return { verdict: outcome.code === 0 ? "the same" : "refused", report };
    if (outcome.code !== 0 || outcome.stdout !== expected.outcome.stdout) {
      if (outcome.code === 0 && !(saysSo(verb, outcome) || expected.outcome.code !== 0))
        return failed(
          `${report}other results, without a message:\n${excerpt(outcome.stdout)}\ninstead of\n${excerpt(expected.outcome.stdout)}`,
        );
      const after = hashesOf(join(work, run));
      const lost = [...before]
        .filter(([name, hash]) => isGood(name) && name !== file && after.get(name) !== hash)
        .map(([name]) => name);
      return lost.length > 0 && verb !== "resume"
        ? failed(`${report}changed ${lost.join(", ")} and ended with ${outcome.code}: ${excerpt(outcome.stderr)}`)
        : resumedLoss(verb, lost, report, outcome);
    }
    const after = hashesOf(join(work, run));
    const changed = [...expected.results]
      .filter(([name, hash]) => name !== file && after.get(name) !== hash)
      .map(([name]) => name);
    return changed.length > 0
      ? failed(`${report}other ${changed.join(", ")}, without a message`)
      : { verdict: "the same", report };
  }

  async #expectedOf(subject: Subject, run: string, verb: string): Promise<Expected> {
    const key = [subject.name, run, verb].join(" ");
    const known = this.#expected.get(key);
    if (known) return known;
    const work = this.#copy(subject);
    const outcome = await runVerb(verbs[verb]?.(run) ?? [], work, subject.asked);
    const results = new Map([...hashesOf(join(work, run))].filter(([file]) => isResult(file)));
    const made = { outcome, results };
    this.#expected.set(key, made);
    return made;
  }

  /** The path is the same for all trials, since messages and reports contain it. */
  #copy(subject: Subject): string {
    const work = join(this.#folder, "trial");
    rmSync(work, { recursive: true, force: true });
    cpSync(subject.folder, work, { recursive: true });
    return work;
  }
}

function failed(report: string): Verdict {
  return { verdict: "failed", report };
}

/** The verdict on a resumed run. It may have removed older checkpoints as configured, but no file that it needs. */
function resumedLoss(verb: string, lost: readonly string[], report: string, { code, stderr }: Outcome): Verdict {
  const isLoss = verb === "resume" && lost.length > 0;
  return isLoss
    ? failed(`${report}changed ${lost.join(", ")} and ended with ${code}: ${excerpt(stderr)}`)
    : { verdict: "refused", report };
}

/** `mtl runs` marks a damaged run in its line. The output of `mtl doctor` is always a report of damage. */
function saysSo(verb: string, { stdout, stderr }: Outcome): boolean {
  return verb === "doctor" || (verb === "runs" && (/damaged/.test(stdout) || stderr !== ""));
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => existsSync(join(folder, name)) && lstatSync(join(folder, name)).isFile(),
  );
}

function excerpt(text: string): string {
  return text.trim().slice(0, 700);
}
