import { cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodeOfBug } from "../../cli/failures.ts";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import { mutations } from "./mutations.ts";
import { type Seals, type Subject, makeSubjects } from "./subjects.ts";
import { type Outcome, hashesOf, runVerb, verbs } from "./verbs.ts";

/** What a run has that must outlive whatever is done to it. */
const isGood = (file: string): boolean => /^(checkpoints|model)\//.test(file) && !/\/(best|last)$/.test(file);
/** What training ends with. Times are in the other files. */
const isResult = (file: string): boolean => /^(model\/.*safetensors|eval\/.*json)$/.test(file);

export const damage = campaignOf(
  "damage",
  "kept",
  "one file of a run is damaged at random: whatever uses the run refuses with a message or gives what it gave before, and loses no good file",
);
export const strangers = campaignOf(
  "strangers",
  "taken out",
  "the same with files that have no hashes, as somebody who means harm would leave them: whatever uses the run ends with a message or a result, and writes nowhere else",
);

function campaignOf(name: string, seals: Seals, promise: string): Campaign {
  const run: Campaign["run"] = async ({ trials, seed, note }) => {
    const folder = mkdtempSync(join(tmpdir(), "mtl-damage-"));
    const failures: string[] = [];
    const counts: Record<string, number> = { refused: 0, "the same": 0 };
    try {
      const workshop = new Workshop(folder, await makeSubjects(folder, seals, note), seals);
      for (let trial = 0; trial < trials; trial++) {
        const { verdict, told } = await workshop.attempt(new Random(seed * 1_000_003 + trial));
        if (verdict === "failed") failures.push(`trial ${trial}: ${told}`);
        else counts[verdict] = (counts[verdict] ?? 0) + 1;
        if (verdict === "failed" || (trial + 1) % 50 === 0)
          note(verdict === "failed" ? `trial ${trial}: ${told}` : `${trial + 1} trials, ${failures.length} failures`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return { failures, counts };
  };
  return { name, promise, run };
}

interface Verdict {
  readonly verdict: "refused" | "the same" | "failed";
  readonly told: string;
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
    const place = this.#copy(subject);
    const files = filesOf(join(place, run));
    const others = [
      ...files.map((file) => join(place, run, file)),
      ...filesOf(join(place, "runs")).map((file) => join(place, "runs", file)),
    ];
    let done: string | undefined;
    let file = "";
    while (done === undefined) {
      file = random.of(files);
      done = mutations[random.of(Object.keys(mutations))]?.(join(place, run, file), random, others);
    }
    const before = hashesOf(join(place, run));
    const outcome = await runVerb(verbs[verb]?.(run) ?? [], place, subject.asked);
    const told = `${subject.name} ${run} ${file} ${done.replaceAll(place, "")}; ${verb}: `;
    if (outcome.code === "hang" || outcome.code === exitCodeOfBug || /^ +at .*:\d+:\d+\)?$/m.test(outcome.stderr))
      return failed(`${told}${outcome.code === "hang" ? "hangs" : "a stack trace"}: ${excerpt(outcome.stderr)}`);
    const outside = readdirSync(this.#folder).filter((name) => name !== "trial" && name !== "subjects");
    if (outside.length > 0) return failed(`${told}wrote ${outside.join(", ")} outside`);
    if (this.#seals === "taken out") return { verdict: outcome.code === 0 ? "the same" : "refused", told };
    if (outcome.code !== 0 || outcome.stdout !== expected.outcome.stdout) {
      if (outcome.code === 0 && !(saysSo(verb, outcome) || expected.outcome.code !== 0))
        return failed(
          `${told}other results, without a word:\n${excerpt(outcome.stdout)}\nwhere\n${excerpt(expected.outcome.stdout)}`,
        );
      const after = hashesOf(join(place, run));
      const lost = [...before]
        .filter(([name, hash]) => isGood(name) && name !== file && after.get(name) !== hash)
        .map(([name]) => name);
      return lost.length > 0 && verb !== "resume"
        ? failed(`${told}changed ${lost.join(", ")} and ended with ${outcome.code}: ${excerpt(outcome.stderr)}`)
        : resumedLoss(verb, lost, told, outcome);
    }
    const after = hashesOf(join(place, run));
    const others2 = [...expected.results]
      .filter(([name, hash]) => name !== file && after.get(name) !== hash)
      .map(([name]) => name);
    return others2.length > 0
      ? failed(`${told}other ${others2.join(", ")}, without a word`)
      : { verdict: "the same", told };
  }

  async #expectedOf(subject: Subject, run: string, verb: string): Promise<Expected> {
    const key = [subject.name, run, verb].join(" ");
    const known = this.#expected.get(key);
    if (known) return known;
    const place = this.#copy(subject);
    const outcome = await runVerb(verbs[verb]?.(run) ?? [], place, subject.asked);
    const results = new Map([...hashesOf(join(place, run))].filter(([file]) => isResult(file)));
    const made = { outcome, results };
    this.#expected.set(key, made);
    return made;
  }

  /** Always at the same place: messages and reports name it. */
  #copy(subject: Subject): string {
    const place = join(this.#folder, "trial");
    rmSync(place, { recursive: true, force: true });
    cpSync(subject.folder, place, { recursive: true });
    return place;
  }
}

function failed(told: string): Verdict {
  return { verdict: "failed", told };
}

/** A resumed run that fails may have cleared away older checkpoints in its order; what it was at must be there. */
function resumedLoss(verb: string, lost: readonly string[], told: string, { code, stderr }: Outcome): Verdict {
  const isLoss = verb === "resume" && lost.length > 0;
  return isLoss
    ? failed(`${told}changed ${lost.join(", ")} and ended with ${code}: ${excerpt(stderr)}`)
    : { verdict: "refused", told };
}

/** A list of runs tells a damaged one in its own line; a doctor tells all there is to tell. */
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
