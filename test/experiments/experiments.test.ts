import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileProgram } from "../../compiler/program.ts";
import { NotTrained, experiment, trainSeeds } from "../../examples/experiments/experiment.ts";
import { experiments } from "../../examples/experiments/index.ts";
import { renderPlot } from "../../examples/experiments/plot.ts";
import { deviation, meanAndDeviation, withSection } from "../../examples/experiments/table.ts";
import { trainedOnce } from "../../examples/experiments/trained-once.ts";
import { type Outcome, type Variant, variantText } from "../../examples/experiments/variant.ts";

const variant: Variant = { name: "short", specification: "mbt.mtl", changes: [["epochs: 7", "epochs: 1"]], seed: 1 };
const outcomeOf = (value: number): Outcome => ({
  folder: "run",
  seconds: 1,
  validations: [],
  results: [{ task: "group", split: "test", name: "accuracy", value }],
});

const take = async ({ folder }: Outcome): Promise<string> => `${folder}.safetensors`;

describe("a training of an experiment", () => {
  test("runs once; with another seed, text or option it is another one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "experiment-"));
    const trained: Variant[] = [];
    const open = () =>
      trainedOnce(folder, async (each) => {
        trained.push(each);
        return outcomeOf(each.seed === 2 ? Number.NaN : 0.5);
      });
    const others: readonly Variant[] = [
      { ...variant, seed: 2 },
      { ...variant, changes: [["epochs: 7", "epochs: 2"]] },
      { ...variant, options: { set: { sees: "name" } } },
    ];
    for (const each of [variant, ...others]) await open()(each);
    expect(trained).toEqual([variant, ...others]);
    const train = open();
    expect((await train(variant)).results).toEqual(outcomeOf(0.5).results);
    expect((await train({ ...variant, seed: 2 })).results).toEqual(outcomeOf(Number.NaN).results);
    expect(trained).toHaveLength(4);
  });

  test("says what its file does not", async () => {
    const train = trainedOnce("nowhere", async () => outcomeOf(1));
    await expect(train({ ...variant, changes: [["epochs: 8", "epochs: 1"]] })).rejects.toThrow(
      'mbt.mtl does not say "epochs: 8"',
    );
  });
});

test("a seed whose trainings are not all there is left out", async () => {
  const tried = experiment({
    summary: "",
    settings: { steps: 3 },
    seeds: 3,
    trainSeed: async ({ seed, settings, train }) =>
      new Map([["one", await train({ ...variant, name: `${settings.steps} steps`, seed })]]),
    page: async ({ outcomes }) => `${outcomes.get("one")?.length}`,
  });
  const train = async ({ seed, name }: Variant) => {
    if (seed === 2) throw new NotTrained();
    return { ...outcomeOf(seed), folder: name };
  };
  const settings = { steps: 4 };
  const { outcomes, seeds } = await trainSeeds(tried.with(settings), { seeds: 3, settings, train, take });
  expect(seeds).toBe(2);
  expect(outcomes.get("one")).toEqual([
    { ...outcomeOf(1), folder: "4 steps" },
    { ...outcomeOf(3), folder: "4 steps" },
  ]);
});

test("deviation is that of a sample", () => {
  expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7));
  expect(meanAndDeviation([1, 2, 3])).toBe("2.0 ± 1.0");
  expect(meanAndDeviation([1.25], 2)).toBe("1.25");
});

test("a section is replaced between its marks, and nothing else", () => {
  const page = "before\n<!-- a -->\nold\n<!-- end of a -->\nafter\n";
  expect(withSection(page, "a", "new")).toBe("before\n<!-- a -->\nnew\n<!-- end of a -->\nafter\n");
  expect(() => withSection(page, "b", "new")).toThrow("b");
});

test("every experiment has its place on the page", async () => {
  const page = await readFile(join(packageRoot(), "examples", "experiments", "README.md"), "utf8");
  for (const name of Object.keys(experiments)) expect(withSection(page, name, "text")).toContain("text");
});

test.each(Object.entries(experiments))(
  "what %s would train compiles",
  async (_name, { settings, with: withSettings }) => {
    const names = new Set<string>();
    const compiled = new Set<string>();
    const train = async (variant: Variant): Promise<Outcome> => {
      names.add(variant.name);
      const text = await variantText(variant);
      const set = variant.options?.set ?? {};
      // Variants that differ by rates alone are compiled once.
      const key = JSON.stringify([text.replaceAll(/\brate: [\d.e-]+/gu, "rate"), set]);
      if (!compiled.has(key)) {
        const { program, diagnostics } = compileProgram({
          entry: "variant.mtl",
          host: createMemoryHost({ "variant.mtl": text }),
          set,
        });
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(program).toBeDefined();
        compiled.add(key);
      }
      return { ...outcomeOf(1), folder: join("runs", variant.name) };
    };
    const outcomes = await withSettings(settings).trainSeed({ seed: 1, settings, train, take });
    // Each has a run of its own.
    expect(names.size).toBeGreaterThanOrEqual(outcomes.size);
  },
  60_000,
);

test("a picture is readable in light and in dark, and draws each series in each panel", async () => {
  const points = ["a", "b"].flatMap((series) =>
    ["left", "right"].flatMap((panel) => [0, 1].map((step) => ({ series, panel, step, value: step, deviation: 0.1 }))),
  );
  const svg = await renderPlot({ title: "", label: "value", points });
  expect(svg).toContain("prefers-color-scheme: dark");
  expect(svg).not.toMatch(/(?:fill|stroke)="(?:#000|black)"/u);
  expect(svg.match(/class="mark-line role-mark/gu)).toHaveLength(4);
});
