import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { exportTorch } from "../../runtime/export/torch/export-torch.ts";
import { load, train } from "../../runtime/index.ts";
import { newRoot, specification } from "./toy-project.ts";

/** Models that leave mtl after some training, and weights that come back from torch. */
const python = process.env["PYTHON"] ?? "python3";
const isThere = spawnSync(python, ["-c", "import torch, safetensors"]).status === 0;
const skipped = isThere ? "" : ` (skipped: ${python} lacks torch or safetensors; PYTHON= names one)`;

let root: string;
beforeAll(() => {
  root = newRoot();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs a script of Python in a folder; its output is JSON. */
function run(folder: string, script: string): unknown {
  const { status, stdout, stderr } = spawnSync(python, ["-W", "ignore", "-c", script], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const example = [1, 0, -1, 2];

test.skipIf(!isThere)(
  `tasks share one pass, and after a stage that forks each has the weights of its file${skipped}`,
  { timeout: 120_000 },
  async () => {
    const source = join(root, "forked.mtl");
    const fork = `stage each { for_each: task  fork: true  init: best(fit)  freeze: ["seen.**"]  optimizer: adam(rate: 3e-2)  batch: 8  steps: 6 }`;
    writeFileSync(source, `${specification("")}${fork}`);
    const options = { runs: join(root, "runs"), threads: 1, tensorboard: false } as const;
    const { folder: trained } = await train({ specification: source, ...options });
    const folder = join(root, "forked");
    const { tasks } = await exportTorch(folder, { source: trained });
    expect(Object.values(tasks).map(({ weights }) => weights)).toEqual([
      "kind.safetensors",
      "size.safetensors",
      "tags.safetensors",
    ]);
    const found = run(
      folder,
      `
import json, torch
from safetensors.torch import load_file
from model import FROZEN, TASKS, Model
model = Model().eval()
model.load_state_dict(load_file("model.safetensors"), strict=True)
x = {"x": torch.tensor([${JSON.stringify(example)}], dtype=torch.float32)}
applied = []
hook = torch.nn.modules.module.register_module_forward_hook(lambda module, given, result: applied.append(module))
several = model.predict_several(set(TASKS), x)
hook.remove()
assert len(applied) == len(set(applied)) > 3
assert all(torch.equal(several[task][name], value) for task in TASKS for name, value in model(task, x).items())
assert set(model.predict_several({"size"}, x)) == {"size"}
outputs = {}
for task in TASKS:
    model.load_state_dict(load_file(f"{task}.safetensors"), strict=True)
    outputs[task] = {name: x[0].tolist() for name, x in model(task, x).items()}
print(json.dumps({"outputs": outputs, "frozen": sorted(FROZEN["each"])}))
`,
    ) as { readonly outputs: { readonly [task: string]: { readonly logits?: number[] } }; readonly frozen: string[] };
    expect(found.frozen.length).toBeGreaterThan(0);
    expect(found.frozen.every((name) => name.startsWith("seen."))).toBe(true);
    const model = await load(trained, { threads: 1 });
    const kind = await model.predict({ x: example }, { task: "kind" });
    const tags = await model.predict({ x: example }, { task: "tags" });
    const { kind: scores, tags: flags } = found.outputs;
    const powers = (scores?.logits ?? []).map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    if (kind.kind !== "category" || tags.kind !== "labels") throw new Error("the predictions are of other kinds");
    for (const [index, name] of (model.classes["kind"] ?? []).entries())
      expect(kind.probabilities[name]).toBeCloseTo((powers[index] ?? 0) / total, 5);
    for (const [index, name] of (model.classes["tags"] ?? []).entries())
      expect(tags.probabilities[name]).toBeCloseTo(1 / (1 + Math.exp(-(flags?.logits?.[index] ?? 0))), 5);
    await model.dispose();
    // A trained model brings its preprocessing.
    expect(existsSync(join(folder, "preprocess.py"))).toBe(true);
  },
);

const stateful = (stage: string): string => `model states
modality x: tensor(4)
block running(x: vector): vector {
  state mean[4] = zeros
  update mean = mean * 0.9 + 0.1
  return x - mean
}
stream seen = x -> linear(4) -> running
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3) }
dataset many { path: { train: "many-train.jsonl", validation: "many-validation.jsonl" }  tasks: [kind] }
stage fit { ${stage}  optimizer: adam(rate: 1e-2)  steps: 1  batch: 8 }
`;

test.skipIf(!isThere)(
  `a stage begins with the weights and states that torch trained${skipped}`,
  { timeout: 120_000 },
  async () => {
    writeFileSync(join(root, "begin.mtl"), stateful(""));
    const folder = join(root, "begun");
    await exportTorch(folder, { source: join(root, "begin.mtl") });
    const before = await readTensors(join(folder, "model.safetensors"));
    run(
      folder,
      `
import json, torch
from safetensors.torch import load_file, save_file
from model import Model
model = Model()
model.load_state_dict(load_file("model.safetensors"), strict=True)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for _ in range(2):
    optimizer.zero_grad()
    features = {"x": torch.randn(8, 4), "kind.target": torch.randint(0, 3, (8,), dtype=torch.int32)}
    model("kind", features, torch.ones(8))["loss"].backward()
    optimizer.step()
save_file(model.state_dict(), "trained.safetensors")
print(json.dumps({}))
`,
    );
    writeFileSync(join(root, "again.mtl"), stateful('init: from("begun/trained.safetensors")'));
    const { weights } = await exportTorch(join(root, "again"), { source: join(root, "again.mtl") });
    expect(weights).toBe("from");
    const [trained, again] = await Promise.all([
      readTensors(join(folder, "trained.safetensors")),
      readTensors(join(root, "again/model.safetensors")),
    ]);
    expect(new Map(again)).toEqual(new Map(trained));
    expect([...again.keys()].filter((name) => name.endsWith("mean"))).toHaveLength(1);
    for (const [name, { data }] of again) expect(data, name).not.toEqual(before.get(name)?.data);
    expect(readFileSync(join(root, "again/config.json"), "utf8")).toContain('"weights": "from"');
  },
);
