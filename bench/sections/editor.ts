import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { EditorSession } from "../editor-session.ts";
import { quantile } from "../interleave.ts";
import { largeWorkspace } from "../large-workspace.ts";
import type { Section } from "../section.ts";
import { digits, table } from "../table.ts";

/** Words that are retyped letter by letter, in each workspace. */
const wordsFor = 8;
const editsForMemory = 10_000;

export const editor: Section = {
  name: "editor",
  title: "The language server while one types",
  measured: "once",
  async run({ note }) {
    const examples = examplesWorkspace();
    const rows: (readonly string[])[] = [];
    for (const [name, files, typed] of [
      ["the examples", examples, ["mbt.mtl", "mt_dnn.mtl", "ca_mtl.mtl"]],
      ["2,900 lines in ten files", largeWorkspace(), ["model.mtl", "part3.mtl"]],
    ] as const) {
      note(name);
      rows.push([name, ...(await measured(files, typed))]);
    }
    note(`memory over ${editsForMemory} edits`);
    const memory = await memoryOf(examples);
    const head = [
      "milliseconds",
      "start",
      "names: median",
      "95 %",
      "shapes: median",
      "95 %",
      "completion: 95 %",
      "all: median",
    ];
    return `The server runs as a process, and messages go over its stdio. Words are retyped letter by letter, so that most edits leave a mistake. *Start* is the time from the start of the process to the first diagnostics.
*Names* is the time from an edit to its first diagnostics, *shapes* to the answer of a hover, which needs the shapes of every task, and *all* to a warning that only the last round finds, in a text without mistakes and without the quarter of a second for which the server waits before it begins. Keys follow each other 60 milliseconds after the last answer.

${table(head, rows)}

Memory of the process after 1,000 edits of an example: ${memory[0]} MB, after ${editsForMemory.toLocaleString("en")}: ${memory[1]} MB.

Pyrefly publishes 19 ms from an edit to the diagnostics of PyTorch's sources on a faster machine, where an edit took 2,400 ms before its dependencies were fine-grained.`;
  },
};

/** The examples that train in minutes. */
function examplesWorkspace(): Readonly<Record<string, string>> {
  const folder = join(packageRoot(), "examples");
  const names = readdirSync(folder).filter((name) => name.endsWith(".mtl"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

async function measured(files: Readonly<Record<string, string>>, typed: readonly string[]): Promise<readonly string[]> {
  const begin = performance.now();
  const session = await EditorSession.start(files);
  await session.open(typed[0] ?? "");
  const start = performance.now() - begin;
  for (const name of typed.slice(1)) await session.open(name);
  const samples = {
    names: [] as number[],
    shapes: [] as number[],
    completion: [] as number[],
  };
  // The first words warm up the JavaScript engine.
  for (let word = -4; word < wordsFor; word++) {
    for (const name of typed) {
      for (const text of lettersOf(files[name] ?? "", word)) {
        const sample = await session.typed(name, text);
        if (word < 0) continue;
        for (const key of Object.keys(samples) as (keyof typeof samples)[]) samples[key].push(sample[key]);
      }
    }
  }
  const everything: number[] = [];
  const [first = ""] = typed;
  for (let round = -1; round < wordsFor; round++) {
    const milliseconds = await session.everything(first, files[first] ?? "");
    if (round >= 0) everything.push(milliseconds);
  }
  await session.end();
  const [half, most] = [0.5, 0.95];
  return [
    digits(start),
    digits(quantile(samples.names, half)),
    digits(quantile(samples.names, most)),
    digits(quantile(samples.shapes, half)),
    digits(quantile(samples.shapes, most)),
    digits(quantile(samples.completion, most)),
    digits(quantile(everything, half)),
  ];
}

/** The texts while a word of a text is retyped: without it, then with one letter more each time. */
function lettersOf(text: string, which: number): readonly { readonly text: string; readonly offset: number }[] {
  const words = [...text.matchAll(/[a-z_]\w{2,}/gu)].filter(({ index }) => !isComment(text, index));
  const found = words[Math.abs(which * 7919 + 31) % words.length];
  if (!found) return [];
  const [{ length }, start] = [found[0], found.index];
  return Array.from({ length: length + 1 }, (_, count) => ({
    text: text.slice(0, start) + found[0].slice(0, count) + text.slice(start + length),
    offset: start + count,
  }));
}

function isComment(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf("\n", offset) + 1, offset).includes("//");
}

async function memoryOf(files: Readonly<Record<string, string>>): Promise<readonly number[]> {
  const session = await EditorSession.start(files);
  await session.open("mbt.mtl");
  const text = files["mbt.mtl"] ?? "";
  const found: number[] = [];
  for (let edit = 1; edit <= editsForMemory; edit++) {
    await session.named(
      "mbt.mtl",
      text.replace("width: int in 16..512 = 64", `width: int in 16..512 = ${16 + (edit % 400)}`),
    );
    if (edit === 1000 || edit === editsForMemory) found.push(session.megabytes());
  }
  await session.end();
  return found;
}
