import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rulesOf } from "../../compiler/semantics.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { MetricsLog } from "../../runtime/run/metrics-log.ts";
import { synthesize } from "../../runtime/synth/synthesize.ts";
import { PhaseBalancer } from "../../runtime/train/balance/phase-balancer.ts";
import { openExecutor } from "../../runtime/train/step/execute-step.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import { logStep } from "../../runtime/train/phase/log-events.ts";
import { phasesOf } from "../../runtime/train/phase/phases.ts";
import { taskOf } from "../../runtime/train/program.ts";
import { sampledTasks } from "../../runtime/train/phase/stage-length.ts";
import { type PreparedStep, StepSupply } from "../../runtime/train/supply/step-supply.ts";
import { UpdateCounts } from "../../runtime/train/step/update-counts.ts";
import type { Candidate } from "../candidate.ts";
import { initialStore } from "../graph-candidate.ts";
import { interleave, median, ratios } from "../interleave.ts";
import type { Section } from "../section.ts";
import { programOf } from "../program-of.ts";
import { RATE, sizes, specificationOf } from "../size.ts";
import { timedSteps } from "../timed-steps.ts";
import { generator } from "../../runtime/random/generator.ts";
import { digits, factor, table } from "../table.ts";

const TASKS = 4;
/** The number of rows of each task. */
const ROWS = 512;
/** The updates before the measurement, in which all graphs are compiled. */
const WARM = 16;

const cases = [
  { name: "`shuffled`", options: "sampler: shuffled", dropout: 0 },
  { name: "`annealed`", options: "sampler: annealed", dropout: 0 },
  { name: "`stop_and_go`", options: "sampler: stop_and_go", dropout: 0 },
  { name: "`uniform`, mixed steps", options: "step: mixed sampler: uniform", dropout: 0 },
  { name: "`shuffled`, dropout 10 %, including its random bytes", options: "sampler: shuffled", dropout: 10 },
] as const;

export const sampling: Section = {
  name: "sampling",
  title: "The cost of choosing rows",
  run: async ({ repetitions, note }) => {
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const rows: string[][] = [];
    for (const { name, options, dropout } of cases) {
      note(name);
      const training = await openTraining(options, dropout, engine);
      const [step, overhead] = await interleave([training.step, training.overhead], repetitions);
      await training.dispose();
      if (!step || !overhead) throw new Error("a timing is missing");
      rows.push([
        name,
        digits(median(step.samples)),
        digits(median(overhead.samples)),
        `${(100 * median(ratios(overhead, step))).toFixed(2)} %`,
      ]);
    }
    note("`uncertainty`");
    const trainings = [
      await openTraining("step: mixed sampler: uniform", 0, engine),
      await openTraining("step: mixed sampler: uncertainty(candidates: 32)", 0, engine),
    ];
    const [without, asked] = await interleave(
      trainings.map(({ whole }) => whole),
      repetitions,
    );
    for (const training of trainings) await training.dispose();
    await engine.dispose();
    if (!without || !asked) throw new Error("a timing is missing");
    const candidates = [
      [
        "mixed step",
        digits(median(without.samples)),
        digits(median(asked.samples)),
        factor(median(ratios(asked, without))),
      ],
    ];
    return `Milliseconds of processor time, which other work on the machine hardly affects, for the middle size with ${TASKS} tasks on one thread. A step is the engine's work and the update. The overhead is the rest of the trainer's work: choosing tasks and rows, assembling the batch, logging and counting. They are measured in turn; in a training, the overhead of the next step is done while a step runs.

${table(["sampler", "step", "overhead", "share"], rows)}

\`uncertainty\` runs the model on 32 candidates of each of the ${TASKS} tasks before a mixed step of 32 rows. Both columns are whole steps, including the overhead:

${table(["", "`uniform`", "`uncertainty`", "factor"], candidates)}`;
  },
};

interface Training {
  /** The engine's work, on one batch. */
  readonly step: Candidate;
  /** The trainer's work. */
  readonly overhead: Candidate;
  /** Both in sequence. */
  readonly whole: Candidate;
  dispose(): Promise<void>;
}

/** A stage on synthetic data, assembled from the trainer's own parts. */
async function openTraining(options: string, dropout: number, engine: Engine): Promise<Training> {
  const text = specificationOf({ ...sizes.middle, tasks: TASKS, dropout }).replace("sampler: uniform", options);
  const compiled = programOf(text);
  const folder = await mkdtemp(join(tmpdir(), "mtl-bench-"));
  const specification = await synthesize({ specification: compiled.specification, rows: ROWS, seed: 1, folder });
  const data = await openData({ specification, root: folder, cache: "none" });
  const log = await MetricsLog.open(join(folder, "metrics.jsonl"), 0);
  const plan = compiled.plan("fit");
  const [phase] = phasesOf(specification);
  if (!phase) throw new Error("there is no phase");
  const executables = new StageExecutables(engine, plan, initialStore(plan));
  const counts = new UpdateCounts(plan);
  const tasks = sampledTasks(plan, data);
  const executor = openExecutor({
    plan,
    executables,
    counts,
    balancer: new PhaseBalancer({ plan, specification, tasks, phase: phase.name, seed: 1 }),
    rules: rulesOf(specification),
    random: (update) => generator(1, "step", update),
  });
  const supply = new StepSupply({
    total: 1,
    plan,
    phase: phase.name,
    seed: 1,
    data,
    taskOf: (task) => taskOf({ specification }, task),
    inputsOf: (pass, variant) => executables.graph({ kind: executables.training, pass, variant }).inputs,
    predictor: (task, variant) => executables.get({ kind: "predict", pass: task, variant }),
  });

  let number = 0;
  let prepared = await supply.prepare(number);
  const run = (given: PreparedStep) => executor.run(given, 1);
  let outcome = await run(prepared);
  /** The trainer's own work before and after the engine's step. */
  const overhead = async (): Promise<void> => {
    for (const { task, loss } of outcome.tasks) supply.observe({ kind: "step", task, loss });
    logStep(log, { step: number, epoch: 0, stage: phase.name }, outcome, RATE);
    counts.state();
    prepared = await supply.prepare(++number);
  };
  const whole = async (): Promise<void> => {
    await overhead();
    outcome = await run(prepared);
  };
  for (let each = 0; each < WARM; each++) await whole();
  const fixed = prepared;
  const step = async (): Promise<void> => {
    outcome = await run(fixed);
  };
  // This takes processor time. On one thread it equals the wall-clock time of an otherwise idle machine.
  const timed = (name: string, work: () => Promise<void>): Candidate => ({
    name,
    steps: async (count) => {
      const steps = await timedSteps(count, async () => {
        await work();
        return outcome.loss;
      });
      return { ...steps, milliseconds: steps.processor };
    },
    dispose: async () => {},
  });
  return {
    step: timed("step", step),
    overhead: timed("overhead", overhead),
    whole: timed("whole", whole),
    dispose: async () => {
      log.close();
      await executables.dispose();
      await data.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
