import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { train } from "../../runtime/index.ts";
import { UserError } from "../../runtime/user-error.ts";
import { complaints, evaluate, seeded } from "../elaborate/harness.ts";
import { programOf } from "../mbt/support.ts";
import { newFolder, outcome, run } from "../trainer/tiny-run.ts";

/** A teacher of width 6 for two tasks, and students of width 3. */
const model = `
param width: int = 3
modality x: tensor(4)
stream h = x -> linear(width) -> tanh -> dropout(50%)
task kind { from: h  head: linear(3)  target: category("kind", classes: 3) }
task size { from: h  head: linear(1)  target: number("size") }
dataset rows { path: "rows.jsonl"  tasks: [kind, size] }
`;
const joint = `stage joint { with: { width: 6 }  optimizer: adam(rate: 1e-2)  batch: 4  epochs: 2 }`;
const student = (more: string) =>
  `stage student { init: fresh  optimizer: adam(rate: 1e-2)  batch: 4  epochs: 2  checkpoint: checkpoint(every: 4)  ${more} }`;
const ofKind = `tasks: [kind]  teacher: best(joint)  loss: distilled(temperature: 2)`;
const specification = `${model}${joint}\n${student(ofKind)}`;

let engine: Engine;
let data: Data;
let root: string;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  root = await newFolder();
  const lines = Array.from({ length: 24 }, (_, row) => {
    const x = Array.from({ length: 4 }, (_, at) => Math.sin(3 * row + at));
    return JSON.stringify({ x, kind: `k${row % 3}`, size: x[0] });
  });
  writeFileSync(join(root, "rows.jsonl"), lines.join("\n"));
  data = await openData({ specification: programOf(specification).specification, root, cache: "none" });
});
afterAll(async () => {
  await data.close();
  await engine.dispose();
});

const termName = "loss/distilled";

const softmax = (values: readonly number[]): readonly number[] => {
  const powers = values.map(Math.exp);
  return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0));
};

describe("the loss of distillation", () => {
  const graph = programOf(specification).plan("student").gradients("kind");
  const names = graph.inputs.flatMap(({ name, role }) => (role.kind === "weight" ? [name] : []));

  test("is the divergence of the distributions, times the square of the temperature, beside the loss of the labels", () => {
    const program = programOf(specification);
    const inputs = seeded(program.plan("student").evaluate("kind", { batch: 1 }));
    const outputs = evaluate(program.plan("student").evaluate("kind", { batch: 1 }));
    const own = outputs.get("prediction/logits") ?? [];
    const value = (name: string) => Array.from(inputs.get(name) ?? []);
    const x = value("feature/x");
    const row = (weights: readonly number[], from: readonly number[], bias: readonly number[]) =>
      bias.map((start, to) =>
        from.reduce((sum, each, at) => sum + each * (weights[at * bias.length + to] ?? 0), start),
      );
    const hidden = row(value("teacher.h.linear.kernel"), x, value("teacher.h.linear.bias")).map(Math.tanh);
    const taught = row(value("teacher.task.kind.head.kernel"), hidden, value("teacher.task.kind.head.bias"));
    const [p, q] = [softmax(taught.map((each) => each / 2)), softmax(own.map((each) => each / 2))];
    const expected = 4 * p.reduce((sum, each, at) => sum + each * Math.log(each / (q[at] ?? Number.NaN)), 0);
    expect(value("teacher.h.linear.bias")).toHaveLength(6);
    expect(outputs.get(termName)?.[0]).toBeCloseTo(expected, 9);
    expect(outputs.get("loss")?.[0]).toBeCloseTo(expected + (outputs.get("loss/cross_entropy")?.[0] ?? NaN), 9);
  });

  test("has no gradient where the student is its teacher", () => {
    const gradients = (loss: string) => {
      const text = `${model}stage joint { optimizer: adam(rate: 1e-2)  batch: 4  epochs: 2 }\n${student(`tasks: [kind]  teacher: best(joint)  loss: ${loss}`)}`;
      const graph = programOf(text.replace("dropout(50%)", "dropout(0%)")).plan("student").gradients("kind");
      const own = seeded(graph);
      const alike = [...own].map(
        ([name, values]) => [name, own.get(name.replace(/^teacher\./u, "")) ?? values] as const,
      );
      return evaluate(graph, Object.fromEntries(alike));
    };
    const [taught, alone] = [gradients("distilled"), gradients("0 * distilled")];
    expect(taught.get(termName)?.[0]).toBeCloseTo(0, 12);
    const own = [...alone].filter(([name]) => name.startsWith("gradient/"));
    expect(own).toHaveLength(4);
    for (const [name, values] of own)
      for (const [at, value] of values.entries()) expect(taught.get(name)?.[at]).toBeCloseTo(value, 9);
  });

  test("trains the student alone: the teacher's weights are frozen, and what they give is computed once for each example", () => {
    expect(names.filter((name) => name.startsWith("teacher."))).toHaveLength(4);
    expect([...evaluate(graph).keys()].filter((name) => name.startsWith("gradient/teacher."))).toEqual([]);
    const prefix = programOf(specification).plan("student").prefix?.("kind", "train");
    expect(prefix?.inputs.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "feature/x",
      "teacher.h.linear.bias",
      "teacher.h.linear.kernel",
      "teacher.task.kind.head.bias",
      "teacher.task.kind.head.kernel",
    ]);
    expect(prefix?.outputs.at(-1)?.value.shape).toEqual([1, 3]);
  });

  test("can count less and less over the stage: its weight is what is left of the stage", () => {
    const text = `${model}${joint}\n${student("tasks: [size]  teacher: last(joint)  loss: distilled(compare: number, weight: falling)")}`;
    const plan = programOf(text).plan("student");
    const at = (progress: number) =>
      evaluate(plan.gradients("size"), { "scalar/progress": [progress] }).get(termName)?.[0] ?? Number.NaN;
    expect(at(0)).toBeGreaterThan(0);
    expect(at(0.75)).toBeCloseTo(at(0) / 4, 12);
  });
});

describe("a stage with a teacher", () => {
  test("has the weights of the earlier stage, and goes on from a checkpoint to the same bits", async () => {
    const program = programOf(specification.replace("distilled(temperature: 2)", "distilled(weight: rising)"));
    const folder = await newFolder();
    const interrupt = new AbortController();
    const observer = {
      onStep: ({ stage, step }: { readonly stage: string; readonly step: number }) =>
        stage === "student" && step === 6 && interrupt.abort(),
    };
    await expect(run({ folder, program, engine, data, observer, interrupt: interrupt.signal })).rejects.toThrow(
      UserError,
    );
    await run({ folder, program, engine, data });
    const whole = await newFolder();
    await run({ folder: whole, program, engine, data });
    expect(await outcome(folder)).toEqual(await outcome(whole));
  });

  test("may have one from another run, with the same weights", async () => {
    const text = (stages: string) => `model m\n${model}${stages}`;
    const write = (name: string, stages: string): string => {
      writeFileSync(join(root, name), text(stages));
      return join(root, name);
    };
    const runs = join(root, "runs");
    const one = await train({ specification: write("one.mtl", `${joint}\n${student(ofKind)}`), runs, name: "one" });
    await train({ specification: write("teacher.mtl", joint), runs, name: "taught" });
    const two = await train({
      specification: write(
        "two.mtl",
        student('with: { width: 6 }  tasks: [kind]  teacher: from("runs/taught-0001")  loss: distilled'),
      ),
      runs,
      name: "two",
    });
    const teacherOf = async (folder: string) => {
      const newest = await new CheckpointFolder(join(folder, "checkpoints")).newest();
      return [...(newest?.checkpoint.model ?? [])].filter(([name]) => name.startsWith("teacher."));
    };
    const taught = await teacherOf(two.folder);
    expect(taught).toHaveLength(4);
    expect(taught).toEqual(await teacherOf(one.folder));
  });
});

test("errors name what is missing", () => {
  const of = (stages: string, more = "") => complaints(`model m\n${model}${more}\n${stages}`);
  expect(of(`${joint}\n${student("tasks: [kind]  loss: distilled")}`)).toEqual(["no_teacher"]);
  expect(of(student("tasks: [kind]  teacher: best(student)  loss: distilled"))).toContain("later_stage");
  expect(
    of(`stage joint { tasks: [size]  optimizer: adam(rate: 1e-2)  batch: 4  epochs: 1 }\n${student(ofKind)}`),
  ).toEqual(["untrained_teacher"]);
});
