import { evaluate } from "../../runtime/index.ts";
import type { LoggedValue } from "../../runtime/run/metrics-log.ts";
import { type Outcomes, experiment } from "./experiment.ts";
import type { Point } from "./plot.ts";
import { loggedOf } from "./run-curves.ts";
import { deviation, mean, meanAndDeviation, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const specification = "stop_and_go.mtl";
const written = "stop_and_go(stop: 0.1%, go: 0.5%, gap: 4, over: round_robin)";
const samplers = {
  "round robin": "round_robin",
  proportional: "proportional",
  "stop-and-go": written,
  "stop-and-go, the authors' controller": written.replace("over", "variant: code, over"),
  "stop-and-go, going at a fall of 10 %": written.replace("go: 0.5%", "go: 10%"),
  "stop, and every 4th turn": written.replace("go: 0.5%", "go: 100%"),
  "stop for good": written.replace("go: 0.5%, gap: 4", "go: 100%, gap: 1M"),
};
const tasks = ["genre", "valence", "relation"] as const;
/** The variants whose curves are drawn. With all of them, the curves could not be distinguished. */
const drawn = ["round robin", "proportional", "stop-and-go", "stop for good"];

export const stopAndGo = experiment({
  summary:
    "12-in-1's dynamic stop-and-go against fixed mixing, where one of three text tasks has few rows and overfits",
  seeds: 5,
  settings: { steps: 900 },
  trainSeed: async ({ seed, settings: { steps }, train }) => {
    const outcomes = new Map<string, Outcome>();
    for (const [name, sampler] of Object.entries(samplers)) {
      outcomes.set(
        name,
        await train({
          name: name.replaceAll(/\W+/gu, "-"),
          specification,
          seed,
          changes: [
            [written, sampler],
            ["steps: 900", `steps: ${steps}`],
          ],
        }),
      );
    }
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { steps }, plot }) => {
    const roundRobin = outcomes.get("round robin") ?? [];
    const parts = [
      await plot("loss", {
        title: "Loss in training and on validation under round robin, by steps",
        label: "loss",
        points: await lossesOf(roundRobin),
      }),
      "Test scores after the last step, and of the best checkpoint, which is one for all tasks:",
      await testTable(outcomes),
      "The best and the last score of each task on validation, how often the task was stopped and restarted in a run, and its share of the updates:",
      await courseTable(outcomes),
      await plot("scores", {
        title: "Score of each task on validation, by steps",
        label: "score on validation, %",
        points: curvesOf(outcomes),
      }),
      `Mean ± standard deviation of ${seeds} seeds, ${steps} steps of 32 rows. A score is the accuracy in %, or for valence Pearson's correlation in %.`,
    ];
    return parts.join("\n\n");
  },
});

type Values = Outcome["results"];

const valueOf = (values: Values, task: string, name: string): number =>
  values.find((value) => value.task === task && value.name === name)?.value ?? Number.NaN;
const scoreOf = (values: Values, task: string): number =>
  100 * valueOf(values, task, task === "valence" ? "pearson" : "accuracy");
const meanScore = (values: Values): number => mean(tasks.map((task) => scoreOf(values, task)));

/** The score of each task, and their mean. */
const scores = (ofSeeds: readonly Values[]): readonly string[] => [
  ...tasks.map((task) => meanAndDeviation(ofSeeds.map((values) => scoreOf(values, task)))),
  meanAndDeviation(ofSeeds.map(meanScore)),
];

async function testTable(outcomes: Outcomes): Promise<string> {
  const rows: string[][] = [];
  for (const [name, ofSeeds] of outcomes) {
    const last: Values[] = [];
    for (const { folder } of ofSeeds) last.push(await evaluate(folder, "test", { checkpoint: "last", threads: 1 }));
    const best = ofSeeds.map(({ results }) => results.filter(({ split }) => split === "test"));
    rows.push([
      name,
      ...scores(last),
      meanAndDeviation(
        last.map((values) => valueOf(values, "relation", "loss")),
        2,
      ),
      ...scores(best),
    ]);
  }
  const columns = (which: string): readonly string[] => [...tasks, "mean"].map((each) => `${which}: ${each}`);
  return table(["sampler", ...columns("last"), "last: loss of relation", ...columns("best")], rows);
}

async function courseTable(outcomes: Outcomes): Promise<string> {
  const rows: string[][] = [];
  for (const [name, ofSeeds] of outcomes) {
    const logs: (readonly LoggedValue[])[] = [];
    for (const { folder } of ofSeeds) logs.push(await loggedOf(folder));
    const bestAndLast = tasks.map((task) => {
      const scores = ofSeeds.map(({ validations }) => validations.map(({ values }) => scoreOf(values, task)));
      return `${mean(scores.map((each) => Math.max(...each))).toFixed(1)} → ${mean(scores.map((each) => each.at(-1) ?? Number.NaN)).toFixed(1)}`;
    });
    rows.push([
      name,
      ...bestAndLast,
      ...["relation", "valence"].map((task) => stopsOf(logs, task)),
      tasks.map((task) => Math.round(100 * mean(logs.map((log) => updateShare(log, task))))).join(" : "),
    ]);
  }
  return table(
    [
      "sampler",
      ...tasks.map((task) => `${task}, best → last`),
      "relation: stops, restarts; first stop at step",
      "valence: stops, restarts; first stop at step",
      `updates, % of ${tasks.join(" : ")}`,
    ],
    rows,
  );
}

/** The mean number of times that a task was stopped and restarted in a run, and the step of the first stop. */
function stopsOf(logs: readonly (readonly LoggedValue[])[], task: string): string {
  const changes = logs.map((log) => {
    const states = log.filter((event) => event.task === task && event.name === "sampler/stopped");
    return states.filter(({ value }, index) => value !== (states[index - 1]?.value ?? 0));
  });
  const times = (kind: 0 | 1): string =>
    mean(changes.map((ofRun) => ofRun.filter(({ value }) => value === kind).length)).toFixed(1);
  const first = changes.flatMap(([change]) => (change ? [change.step] : []));
  return first.length === 0 ? "never" : `${times(1)}, ${times(0)}; ${Math.round(mean(first))}`;
}

const isLoss = (event: LoggedValue, task: string): boolean =>
  event.split === "train" && event.name === "loss" && event.task === task;

function updateShare(log: readonly LoggedValue[], task: string): number {
  const updates = tasks.map((each) => log.filter((event) => isLoss(event, each)).length);
  return (updates[tasks.findIndex((each) => each === task)] ?? 0) / updates.reduce((sum, count) => sum + count, 0);
}

const point = (series: string, panel: string, step: number, ofSeeds: readonly number[]): Point => ({
  series,
  panel,
  step,
  value: mean(ofSeeds),
  deviation: deviation(ofSeeds),
});

/** Each task's loss at each validation, and the mean of its training losses since the previous validation. */
async function lossesOf(ofSeeds: readonly Outcome[]): Promise<readonly Point[]> {
  const logs: (readonly LoggedValue[])[] = [];
  for (const { folder } of ofSeeds) logs.push(await loggedOf(folder));
  const steps = ofSeeds[0]?.validations.map(({ step }) => step) ?? [];
  return tasks.flatMap((task) =>
    steps.flatMap((step, index) => {
      const trained = logs.map((log) =>
        mean(
          log
            .filter((event) => isLoss(event, task) && event.step > (steps[index - 1] ?? 0) && event.step <= step)
            .map(({ value }) => value ?? Number.NaN),
        ),
      );
      return [
        point("training", task, step, trained),
        point(
          "validation",
          task,
          step,
          ofSeeds.map(({ validations }) => valueOf(validations[index]?.values ?? [], task, "loss")),
        ),
      ];
    }),
  );
}

function curvesOf(outcomes: Outcomes): readonly Point[] {
  return tasks.flatMap((task) =>
    drawn
      .map((name) => [name, outcomes.get(name) ?? []] as const)
      .flatMap(([name, ofSeeds]) =>
        (ofSeeds[0]?.validations ?? []).map(({ step }, index) =>
          point(
            name,
            task,
            step,
            ofSeeds.map(({ validations }) => scoreOf(validations[index]?.values ?? [], task)),
          ),
        ),
      ),
  );
}
