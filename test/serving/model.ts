import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { folderWith, mtl } from "../cli/run.ts";

const specification = `model kinds "Labels of a text, a few numbers and a picture"
modality words: text(max_length: 8, tokenizer: characters(size: 64))
modality facts: table(numeric: ["weight"], categorical: { colour: 4 })
modality photo: image(8, 8, 1)
stream read = words -> embed(8)
stream known = facts -> as_vector -> linear(8)
task kind { from: mean(read) + known  head: linear(2)  target: category("kind", classes: ["a", "b"]) }
task size { from: max(read)  head: linear(1)  target: number("size") }
stream seen = photo -> patches(4) -> linear(4)
task shade { from: mean(seen)  head: linear(2)  target: category("shade", classes: ["dark", "light"]) }
dataset rows { path: "rows.jsonl"  tasks: [kind, size, shade]  split: { train: 60%, validation: 20%, test: 20% } }
stage all { optimizer: adamw(rate: 1e-2)  batch: 4  steps: 6 }
`;

/** A drawing of one shade of grey. */
export function drawing(shade: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="${shade}"/></svg>`;
}

export function dataUri(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

const rows = Array.from({ length: 30 }, (_, row) => ({
  words: `row ${row}`,
  weight: row / 3,
  colour: ["red", "blue", "green"][row % 3],
  photo: dataUri(drawing(row % 2 === 0 ? "#222" : "#ddd")),
  kind: "ab"[row % 2],
  size: row % 7,
  shade: row % 2 === 0 ? "dark" : "light",
}));

let trained: Promise<string> | undefined;

/** Trains the model once for all files of a process, in a folder of its own. Returns the folder; its run is `runs/kinds-0001`. */
export function trainedKinds(): Promise<string> {
  return (trained ??= train());
}

async function train(): Promise<string> {
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");
  const root = folderWith({ "kinds.mtl": specification, "rows.jsonl": lines });
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  expect(await mtl(["train", "kinds.mtl", "--threads", "1"], { cwd: root })).toMatchObject({ code: 0 });
  return root;
}

export function runOf(root: string): string {
  return join(root, "runs", "kinds-0001");
}

/** A prediction with its numbers to five digits, since graphs of other sizes agree up to rounding. */
export function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, part) =>
    key === "kind" && typeof part === "string"
      ? undefined
      : typeof part === "number"
        ? Number(part.toPrecision(5))
        : part,
  );
}
