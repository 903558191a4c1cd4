import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { exportWithTraining } from "../../runtime/export/torch/export-with-training.ts";
import { python } from "./train-py.ts";

/** Rows whose inputs `train.py` makes of the tables, beside those that mtl has written. */
const packages = ["torch", "safetensors", "tokenizers", "soundfile", "PIL"];
const isThere = spawnSync(python, ["-c", packages.map((name) => `import ${name}`).join("\n")]).status === 0;
const skipped = isThere ? "" : ` (skipped: ${python} lacks one of ${packages.join(", ")}; PYTHON= names one)`;

const folder = mkdtempSync(join(tmpdir(), "mtl-raw-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
import json, sys
from pathlib import Path
written, raw, root = map(Path, sys.argv[1:])
sys.path.insert(0, str(raw))
from training.plan import read_plan
from training.raw import open_split
most = {}
for split in ("train", "validation"):
    left, right = open_split(read_plan(written, []), split, None), open_split(read_plan(raw, []), split, root)
    for name, shards in left.items():
        rows = range(shards.rows)
        for task in name.split("+"):
            own, made = shards.inputs(task, rows), right[name].inputs(task, rows)
            assert set(own) == set(made), (task, set(own) ^ set(made))
            for feature, values in own.items():
                assert made[feature].dtype == values.dtype, feature
                difference = (made[feature].double() - values.double()).abs().max().item()
                most[feature] = max(most.get(feature, 0), difference)
print(json.dumps(most))
`;

/** The bands of sounds are sums in another order, and decoders of JPEG round otherwise. */
const tolerances: { readonly [feature: string]: number } = { hum: 1e-4, snap: 2, photo: 2 };

test.skipIf(!isThere)(
  `tables in JSON Lines and CSV give the batches that mtl writes${skipped}`,
  { timeout: 300_000 },
  async () => {
    cpSync(join(import.meta.dirname, "../compiled/python"), folder, { recursive: true });
    writeFileSync(join(folder, "rows.csv"), csvOf(readFileSync(join(folder, "rows.jsonl"), "utf8")));
    const text = readFileSync(join(folder, "model.mtl"), "utf8");
    writeFileSync(join(folder, "csv.mtl"), text.replace("rows.jsonl", "rows.csv"));
    for (const name of ["model", "csv"]) {
      const source = join(folder, `${name}.mtl`);
      const [written, raw] = [join(folder, `${name}-written`), join(folder, `${name}-raw`)];
      await exportWithTraining(written, { source });
      await exportWithTraining(raw, { source, inputs: "raw" });
      const ended = spawnSync(python, ["-c", program, written, raw, folder], { encoding: "utf8" });
      expect(ended.status, ended.stderr).toBe(0);
      const differences = JSON.parse(ended.stdout) as { readonly [feature: string]: number };
      expect(Object.keys(differences)).toContain("words.ids");
      const large = Object.entries(differences).filter(([feature, most]) => most > (tolerances[feature] ?? 0));
      expect(large, name).toEqual([]);
    }
  },
);

/** The same rows as CSV, with a cell of several lines; lists and objects are JSON in their cells. */
function csvOf(lines: string): string {
  const rows = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly [column: string]: unknown });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
    return `"${text.replaceAll('"', '""')}"`;
  };
  const records = rows.map((row, index) =>
    columns.map((column) => cell(index === 2 && column === "text" ? "two\nlines" : row[column])).join(","),
  );
  return [columns.join(","), ...records, ""].join("\n");
}
