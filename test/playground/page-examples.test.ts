import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { pictureReaders } from "../../runtime/data/features/image.ts";
import { chosenRows } from "../../examples/playground/chosen-rows.ts";
import { fetchExample } from "../../playground/data/fetch-example.ts";
import { pageExamples } from "../../examples/playground/page-examples.ts";
import { pageFiles, tablesOf } from "../../examples/playground/page-files.ts";
import { pageSpecification } from "../../examples/playground/page-specification.ts";
import { sources } from "../../examples/playground/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compiled = (text: string) =>
  compileProgram({ entry: "model.mtl", host: createMemoryHost({ "model.mtl": text }), until: "shapes" });

test("the page offers every one of the ten systems", () => {
  const systems = ["mbt", "perceiver", "perceiver_io", "mt_dnn", "ca_mtl", "unit", "omninet", "twelve_in_one", "m3p"];
  const offered = pageExamples.map(({ specification }) => specification);
  expect(offered).toEqual(expect.arrayContaining([...systems, "hypergrid", "adapters"].map((name) => `${name}.mtl`)));
});

test.each(pageExamples)(
  "$specification compiles with its edits, and its tables and their sources are known",
  (example) => {
    const text = readFileSync(join(packageRoot(), "examples", example.specification), "utf8");
    const { specification, diagnostics } = compiled(pageSpecification(text, example));
    expect(diagnostics).toEqual([]);
    const tables = tablesOf(specification ?? { datasets: {} });
    expect(tables).toEqual(expect.arrayContaining(Object.keys(example.share)));
    for (const table of tables) expect(sources).toHaveProperty(table.split("/")[1] ?? "");
  },
);

test("an edit that no longer fits its specification is an error", () => {
  const example = { specification: "a.mtl", edits: [["steps: 10", "steps: 1"]] } as const;
  expect(() => pageSpecification("steps: 20", example)).toThrow('a.mtl does not have "steps: 10" once');
  expect(() => pageSpecification("steps: 10 steps: 10", example)).toThrow("once");
});

test("rows are chosen as often as they should be, and tables keep the same scenes", () => {
  const rows = Array.from({ length: 4000 }, (_, index) => ({ index, scene: `train-${index % 2000}` }));
  expect(Math.abs(chosenRows(rows, 0.2).length - 800)).toBeLessThan(80);
  const together = chosenRows(rows, 0.2, "scene");
  expect(Math.abs(together.length - 800)).toBeLessThan(120);
  const first = new Set(together.filter(({ index }) => index < 2000).map(({ scene }) => scene));
  const second = new Set(together.filter(({ index }) => index >= 2000).map(({ scene }) => scene));
  expect(first).toEqual(second);
});

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle cx="14" cy="15" r="11" fill="#c33"/></svg>`;

test("drawings become PNGs of what the model sees, and regions are taken along", async () => {
  mkdirSync(join(folder, "data/scenes/regions"), { recursive: true });
  writeFileSync(join(folder, "data/scenes/a.svg"), svg);
  writeFileSync(join(folder, "data/scenes/regions/a.json"), "{}");
  writeFileSync(
    join(folder, "data/scenes/scenes.jsonl"),
    `${JSON.stringify({ drawing: "a.svg", clip: ["a.svg", "a.svg"], photo: "regions/a.json", kind: "x" })}\n`,
  );
  const { specification } = compiled(`model m
modality drawing: image(8, 8, 3)
modality clip: video(frames: 2, height: 8, width: 8)
modality photo: regions(max_regions: 2, width: 2)
task kind {
  from: concat(mean(as_tokens(drawing)), mean(flatten(clip)), mean(photo))
  target: category("kind", classes: 2)
  head: linear(2)
}
dataset scenes { path: "data/scenes/scenes.jsonl"  tasks: [kind] }
stage fit { steps: 1  optimizer: adamw(rate: 1e-3) }`);
  if (!specification) throw new Error("the specification has errors");
  const files = await pageFiles(specification, { share: {} }, folder);
  expect([...files.keys()]).toEqual(["data/scenes/scenes.jsonl", "data/scenes/regions/a.json"]);
  const row = JSON.parse(Buffer.from(files.get("data/scenes/scenes.jsonl") ?? []).toString()) as {
    readonly drawing: string;
    readonly clip: readonly string[];
  };
  const modality = { height: 8, width: 8, channels: 3, fit: "contain", background: "white" } as const;
  const png = Buffer.from(row.drawing.replace("data:image/png;base64,", ""), "base64");
  const pixels = async (bytes: Uint8Array) => [...(await pictureReaders.own.pixelsOf(bytes, modality))];
  expect(await pixels(png)).toEqual(await pixels(Buffer.from(svg)));
  expect(row.clip).toEqual([row.drawing, row.drawing]);
});

test("a page fetches an example with its files", async () => {
  const archive = zipSync({ "data/a.jsonl": new TextEncoder().encode("{}\n") });
  const url = `data:application/zip;base64,${Buffer.from(archive).toString("base64")}`;
  const example = {
    name: "a",
    title: "A",
    description: "One.",
    files: [],
    sources: [],
    specification: "data:text/plain,model%20a",
    archive: { url, bytes: archive.length },
  };
  const { specification, files } = await fetchExample(example, "http://localhost/index.json");
  expect(specification).toBe("model a");
  expect(Buffer.from(files.get("data/a.jsonl") ?? []).toString()).toBe("{}\n");
});
