import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { overlapOf } from "../../runtime/data/rows/overlap.ts";
import type { Question } from "./scene-texts.ts";
import { grouped } from "./splits.ts";

// Prints the baselines of `twelve_in_one.mtl`: node scene-baselines.js FOLDER, where FOLDER holds its tables.

const [, , folder = "examples/data/scenes"] = argv;
const least = 0.5;

interface Phrase {
  readonly split: string;
  readonly photo: string;
  readonly phrase: string;
  readonly box: readonly number[];
}

type Row<Of> = Of & { readonly split: string };

async function rowsOf<Of>(table: string): Promise<readonly Row<Of>[]> {
  const lines = (await readFile(join(folder, table), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Row<Of>);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The answer with the largest total share. */
function bestAnswer(questions: readonly Question[]): string {
  const totals = new Map<string, number>();
  for (const { answers } of questions)
    for (const [answer, share] of Object.entries(answers)) totals.set(answer, (totals.get(answer) ?? 0) + share);
  return [...totals].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}

const shareOf = ({ answers }: Question, answer: string): number => answers[answer] ?? 0;

/** The question without the name that it asks for: the baseline knows what answers such questions have. */
const formOf = ({ question }: Question): string => question.split(" ").slice(0, 4).join(" ").replace(/ a$/u, "");

const questions = await rowsOf<Question>("questions.jsonl");
const seen = questions.filter(({ split }) => split === "train");
const constant = bestAnswer(seen);
const byForm = new Map([...grouped(seen, formOf)].map(([form, rows]) => [form, bestAnswer(rows)]));

const phrases = await rowsOf<Phrase>("phrases.jsonl");

/** The share of a row's regions that overlap the right box enough, and 1 if the outermost region on the named side does. */
async function chosen({ photo, phrase, box }: Phrase): Promise<{ readonly any: number; readonly outermost: number }> {
  const { boxes } = JSON.parse(await readFile(join(folder, photo), "utf8")) as {
    readonly boxes: readonly (readonly number[])[];
  };
  const right = boxes.map((region) => (overlapOf(region, box) >= least ? 1 : 0));
  const any = mean(right);
  const side = ["left", "top", "right", "bottom"].indexOf(phrase.split(" ")[1] ?? "");
  if (side < 0) return { any, outermost: any };
  const edge = (region: number): number =>
    (side < 2 ? 1 : -1) * ((boxes[region]?.[side % 2] ?? 0) + (boxes[region]?.[(side % 2) + 2] ?? 0));
  const first = [...boxes.keys()].sort((one, other) => edge(one) - edge(other))[0] ?? 0;
  return { any, outermost: right[first] ?? 0 };
}

for (const split of ["validation", "test"]) {
  const held = questions.filter((row) => row.split === split);
  stdout.write(`${split}\n  answer, soft accuracy: `);
  stdout.write(`"${constant}" always ${percent(mean(held.map((row) => shareOf(row, constant))))}, `);
  stdout.write(
    `the best answer to each form of question ${percent(mean(held.map((row) => shareOf(row, byForm.get(formOf(row)) ?? constant))))}\n`,
  );
  const regions = await Promise.all(phrases.filter((row) => row.split === split).map(chosen));
  stdout.write(`  refer, accuracy: any region ${percent(mean(regions.map(({ any }) => any)))}, `);
  stdout.write(
    `the outermost region where a phrase names a side ${percent(mean(regions.map(({ outermost }) => outermost)))}\n`,
  );
  stdout.write(`  match, recall_at(1) and recall_at(5) among 20: any caption ${percent(1 / 20)}, ${percent(5 / 20)}\n`);
}
