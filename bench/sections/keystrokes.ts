import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createMemoryHost } from "../../compiler/host.ts";
import { type Compilation, compileProgram } from "../../compiler/program.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { median } from "../interleave.ts";
import type { Section } from "../section.ts";
import { digits, factor, table } from "../table.ts";

/** A change of an example's text, which is made and undone in turn. */
interface Edit {
  readonly example: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** Milliseconds of a compilation without and with the one before. */
interface Sample {
  readonly cold: number;
  readonly reused: number;
}

const edits: readonly Edit[] = [
  { example: "mt_dnn", what: "a comment", from: "model", to: "// A comment.\nmodel" },
  { example: "mt_dnn", what: "a stage", from: "epochs: 3", to: "epochs: 4" },
  { example: "mt_dnn", what: "a task", from: "linear(15)", to: "linear(15, bias: false)" },
  { example: "mt_dnn", what: "the modality of all tasks", from: "max_length: 32", to: "max_length: 33" },
  { example: "ca_mtl", what: "a comment", from: "model", to: "// A comment.\nmodel" },
  { example: "ca_mtl", what: "a task", from: "linear(15)", to: "linear(15, bias: false)" },
  { example: "ca_mtl", what: "the modality of all tasks", from: "word_piece(4000)", to: "word_piece(4001)" },
  { example: "mbt", what: "a stage", from: "epochs: 7", to: "epochs: 8" },
];

export const keystrokes: Section = {
  name: "keystrokes",
  title: "A keystroke in an editor",
  async run({ repetitions, note }) {
    const rows = edits.map((edit) => {
      note(`${edit.example}: ${edit.what}`);
      const samples = timed(edit, repetitions);
      const of = (measure: (sample: Sample) => number): number => median(samples.map(measure));
      return [
        `${edit.example}, ${edit.what}`,
        digits(of(({ cold }) => cold)),
        digits(of(({ reused }) => reused)),
        factor(of(({ cold, reused }) => reused / cold)),
      ];
    });
    const head = ["milliseconds", "from nothing", "with the compilation before", "ratio"];
    return `The time from an edit of an example to its diagnostics, without budgets and advice (the level \`stages\`). An editor passes the compilation before the edit as \`previous\`, so that only tasks that the edit can affect are elaborated again. A ratio is the median of the ratios of neighbouring measurements.\n\n${table(head, rows)}`;
  },
};

function timed({ example, from, to }: Edit, repetitions: number): readonly Sample[] {
  const text = readFileSync(join(packageRoot(), "examples", `${example}.mtl`), "utf8");
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${example}.mtl does not contain ${from}`);
  const samples: Sample[] = [];
  let previous = compile(text);
  // The first rounds warm up the JavaScript engine.
  for (let round = -6; round < 2 * repetitions; round++) {
    const current = round % 2 === 0 ? edited : text;
    // Each is first in every other pair of rounds, as the first one is slower.
    const isColdFirst = round % 4 < 2;
    const before = isColdFirst ? timeOf(() => compile(current)) : undefined;
    const reused = timeOf(() => (previous = compile(current, previous)));
    const cold = before ?? timeOf(() => compile(current));
    if (round >= 0) samples.push({ cold, reused });
  }
  return samples;
}

function timeOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function compile(text: string, previous?: Compilation): Compilation {
  const entry = "/model.mtl";
  const compilation = compileProgram({
    entry,
    host: createMemoryHost({ [entry]: text }),
    until: "stages",
    ...(previous ? { previous } : {}),
  });
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error) throw new Error(error.message);
  return compilation;
}
