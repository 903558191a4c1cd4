import type { TaskEvaluation, WorstExample as Example } from "../../runtime/evaluation/evaluation-file.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";
import { tab } from "../state/app-state.ts";
import { openReport } from "../training/exports.ts";
import { measure } from "../training/measure.ts";
import { Outdated } from "./outdated.tsx";
import { evaluations, hasModel, results, trained } from "../training/training-state.ts";
import { ExampleCard } from "./example-card.tsx";
import { Confusion } from "./values/confusion.tsx";
import { useTask } from "./use-task.ts";

const examplesShown = 8;
/** Kinds of targets that are places in a picture. */
const placed: ReadonlySet<string> = new Set(["boxes", "choice"]);

/** The results of the last training: metrics, confusions, and the examples that it was most wrong about. */
export function ResultsView() {
  if (!hasModel.value)
    return (
      <div class="empty">
        <p>Metrics, confusions and the worst examples appear here when a training has ended.</p>
        <button type="button" class="outlined" onClick={() => (tab.value = "train")}>
          Train
        </button>
      </div>
    );
  // A model that was chosen by looking at single rows of the test split is no longer measured by them.
  const ofValidation = evaluations.value.filter(({ split }) => split === "validation");
  const tasks = Object.keys(trained.value?.specification.tasks ?? {});
  const shown = ofValidation.toSorted((one, other) => tasks.indexOf(one.task) - tasks.indexOf(other.task));
  return (
    <div class="results">
      <Outdated />
      <div class="title">
        <h2>Metrics</h2>
        <button type="button" class="outlined small" onClick={() => void openReport()}>
          Whole report
        </button>
      </div>
      {results.value.length > 0 ? <Metrics values={results.value} /> : <Unmeasured />}
      {shown.map((evaluation) => (
        <Evaluation key={evaluation.task} evaluation={evaluation} />
      ))}
    </div>
  );
}

function Unmeasured() {
  const { isBusy, start } = useTask(measure);
  return (
    <p class="choose">
      <span class="note">A run that was stopped is not measured yet.</span>
      <button type="button" class="outlined small" aria-disabled={isBusy} onClick={start}>
        {isBusy ? "Measuring …" : "Measure on validation rows"}
      </button>
    </p>
  );
}

function Metrics({ values }: { readonly values: readonly MeasuredValue[] }) {
  const splits = [...new Set(values.map(({ split }) => split))];
  const rows = [...new Map(values.map(({ task, name }) => [`${task} ${name}`, { task, name }])).values()];
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>Task</th>
            <th>Metric</th>
            {splits.map((split) => (
              <th class="number" key={split}>
                {split}
              </th>
            ))}
            <th class="number" title="A prediction that does not look at the row">
              baseline
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ task, name }) => {
            const of = values.filter((each) => each.task === task && each.name === name);
            return (
              <tr key={`${task} ${name}`}>
                <td>{task}</td>
                <td>{name}</td>
                {splits.map((split) => (
                  <td class="number" key={split}>
                    {written(of.find((each) => each.split === split)?.value)}
                  </td>
                ))}
                <td class="number">{written(of.find(({ floor }) => floor !== undefined)?.floor)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function written(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isFinite(value) ? value.toFixed(4) : "not defined";
}

function Evaluation({ evaluation }: { readonly evaluation: TaskEvaluation }) {
  const { task, confusion, worst, best = [] } = evaluation;
  const kind = trained.value?.specification.tasks[task]?.target.kind ?? "";
  return (
    <>
      {confusion ? <h2>Confusions of {task}, on validation rows</h2> : undefined}
      {confusion ? <Confusion {...confusion} /> : undefined}
      <Examples title={`Worst examples of ${task}`} examples={worst} kind={kind} />
      <Examples title={`Best examples of ${task}`} examples={best} kind={kind} />
    </>
  );
}

interface ExamplesSettings {
  readonly title: string;
  readonly examples: readonly Example[];
  readonly kind: string;
}

function Examples({ title, examples, kind }: ExamplesSettings) {
  if (examples.length === 0) return undefined;
  return (
    <>
      <h2>{title}</h2>
      {placed.has(kind) ? (
        <p class="note legend-of-boxes">
          <i class="right" /> in the data <i class="predicted" /> predicted
        </p>
      ) : undefined}
      <div class="worst">
        {examples.slice(0, examplesShown).map((example) => (
          <ExampleCard key={`${example.file} ${example.row}`} example={example} kind={kind} />
        ))}
      </div>
    </>
  );
}
