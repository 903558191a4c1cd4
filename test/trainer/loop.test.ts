import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import type { OpenStage, StageLoop, StageValidation } from "../../runtime/train/phase/open-stage.ts";
import { trainStage } from "../../runtime/train/phase/train-stage.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, outcome, run, snapshots } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const everyFour = {
  kind: "checkpoint",
  every: { unit: "steps", value: 4 },
  keep: 2,
  keep_best: true,
  best: "auto",
} as const;
const program = tinyProgram([stage({ steps: 14, checkpoint: everyFour })]);

/** Saves at steps of its own, trains with a rate of its own, and stops by a sum of losses, which it keeps. */
async function ownLoop(open: OpenStage): Promise<void> {
  let { sum = 0 } = open.loopState as { sum?: number };
  while (open.done < open.total && sum < 9) {
    const pauses = (open.done + 1) % 3 === 0;
    const { loss } = await open.step(await open.next(), { rateFactor: 1 / (1 + open.done), pauses });
    sum += loss;
    open.loopState = { sum };
    if (!pauses) continue;
    await open.validate();
    await open.save();
  }
}

async function outcomeOf(loop: StageLoop | undefined): Promise<Awaited<ReturnType<typeof outcome>>> {
  const folder = await newFolder();
  await run({ folder, program, engine, loop });
  return outcome(folder);
}

describe("a loop of one's own", () => {
  test("that does nothing otherwise is the loop of `train`, to the bit", async () => {
    const plain: StageLoop = async (open) => {
      while (open.done < open.total) {
        await open.step(await open.next());
        if (!open.isDue) continue;
        await open.validate();
        if (open.done < open.total) await open.save();
      }
    };
    expect(await outcomeOf(plain)).toEqual(await outcomeOf(undefined));
  });

  test("goes on to the same bits from every checkpoint, with what it keeps", async () => {
    const folder = await newFolder();
    const { observer, copies } = snapshots(folder);
    const end = await run({ folder, program, engine, observer, loop: ownLoop });
    const whole = await outcome(folder);
    expect(end.runStep).toBeLessThan(14);
    expect(copies.length).toBeGreaterThan(2);
    for (const copy of copies) {
      await run({ folder: copy, program, engine, loop: ownLoop });
      expect(await outcome(copy)).toEqual(whole);
    }
  });

  test("that of `train` saves wherever it is asked to, and ends with the bits of one that does not", async () => {
    const folder = await newFolder();
    const { observer, copies } = snapshots(folder);
    const often: StageLoop = (open) => trainStage(open, async () => (open.done % 4 === 1 ? { pauses: true } : {}));
    await run({ folder, program, engine, observer, loop: often });
    const whole = await outcomeOf(undefined);
    expect(await outcome(folder)).toEqual(whole);
    // Three in the middle and the last one are those of the specification.
    expect(copies).toHaveLength(4 + 3);
    for (const copy of copies) {
      await run({ folder: copy, program, engine });
      expect(await outcome(copy)).toEqual(whole);
    }
  });

  test("validates without a checkpoint, and then that validation is not of the best one", async () => {
    const validations: StageValidation[] = [];
    const end = await run({
      folder: await newFolder(),
      program,
      engine,
      loop: async (open) => {
        for (const saves of [true, false]) {
          await open.step(await open.next(), { pauses: saves });
          validations.push(await open.validate());
          if (saves) await open.save();
        }
        // No step is better than the first at this rate.
        for (let step = 2; step < 5; step++) await open.step(await open.next(), { rateFactor: 0 });
      },
    });
    expect(validations.map(({ best }) => best)).toEqual([true, true]);
    expect(end).toMatchObject({ best: "step-000001", last: "step-000005" });
  });

  test("is told what it cannot do: a checkpoint after a batch was read ahead, a step beyond the stage", async () => {
    const cannot = async (loop: StageLoop) => run({ folder: await newFolder(), program, engine, loop });
    await expect(
      cannot(async (open) => {
        await open.step(await open.next());
        await open.save();
      }),
    ).rejects.toThrow("pass `pauses: true` to the step before a checkpoint");
    await expect(
      cannot(async (open) => {
        for (;;) await open.step(await open.next());
      }),
    ).rejects.toThrow("stage fit has made its 14 updates");
    await expect(
      cannot(async (open) => {
        await open.step(await open.next());
        open.leave("size");
      }),
    ).rejects.toThrow("pass `pauses: true` to the step before a task leaves");
    await expect(
      cannot(async (open) => {
        open.leave("size");
        open.leave("size");
      }),
    ).rejects.toThrow("stage fit trains no task size");
    await expect(
      cannot(async (open) => {
        for (const task of open.remaining) open.leave(task);
        await open.next();
      }),
    ).rejects.toThrow("every task has left stage fit");
  });

  test("sees a batch once more until a step is made of it, and the weights that the step changes", async () => {
    const seen: unknown[] = [];
    await run({
      folder: await newFolder(),
      program,
      engine,
      loop: async (open) => {
        const sum = () =>
          [...open.weights().values()].flatMap(({ data }) => [...data]).reduce((all, each) => all + each, 0);
        const batch = await open.next();
        const before = sum();
        seen.push((await open.next()) === batch, sum() === before);
        await open.step(batch);
        seen.push((await open.next()) === batch, sum() === before);
      },
    });
    expect(seen).toEqual([true, true, false, false]);
  });
});
