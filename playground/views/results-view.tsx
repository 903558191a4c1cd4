import type { TaskEvaluation, WorstExample } from "../../runtime/evaluation/evaluation-file.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";
import { tab } from "../state/app-state.ts";
import { openReport } from "../training/exports.ts";
import { Outdated } from "./outdated.tsx";
import { evaluations, hasModel, results, trained } from "../training/training-state.ts";

/** The largest number of classes whose confusions are shown as a matrix. */
const mostClasses = 20;
const worstShown = 8;

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
      {results.value.length > 0 ? (
        <Metrics values={results.value} />
      ) : (
        <p class="note">A run that was stopped is not measured.</p>
      )}
      {shown.map((evaluation) => (
        <Evaluation key={evaluation.task} evaluation={evaluation} />
      ))}
    </div>
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
  const { task, confusion, worst } = evaluation;
  return (
    <>
      {confusion ? <h2>Confusions of {task}, on validation rows</h2> : undefined}
      {confusion && confusion.classes.length <= mostClasses ? <Matrix {...confusion} /> : undefined}
      {confusion && confusion.classes.length > mostClasses ? <Pairs {...confusion} /> : undefined}
      {worst.length > 0 ? <h2>Worst examples of {task}</h2> : undefined}
      <div class="worst">
        {worst.slice(0, worstShown).map((example) => (
          <Card key={`${example.file} ${example.row}`} example={example} />
        ))}
      </div>
    </>
  );
}

interface Confusion {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

function Matrix({ classes, counts }: Confusion) {
  return (
    <div class="table">
      <table class="confusion">
        <thead>
          <tr>
            <th>true ↓ predicted →</th>
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((name, actual) => {
            const row = counts[actual] ?? [];
            const total = row.reduce((sum, count) => sum + count, 0) || 1;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {classes.map((given, index) => {
                  const count = row[index] ?? 0;
                  const kind = index === actual ? "right" : count > 0 ? "wrong" : "none";
                  return (
                    <td key={given} class={kind} style={{ "--part": (count / total).toFixed(3) }}>
                      {Number.isInteger(count) ? count : count.toFixed(1)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Pairs({ classes, counts }: Confusion) {
  const pairs = counts.flatMap((row, actual) =>
    row.flatMap((count, given) => (count > 0 && given !== actual ? [{ actual, given, count }] : [])),
  );
  return (
    <ul class="pairs">
      {pairs
        .toSorted((one, other) => other.count - one.count)
        .slice(0, 12)
        .map(({ actual, given, count }) => (
          <li key={`${actual} ${given}`}>
            {classes[actual]} → {classes[given]} <small>{count}</small>
          </li>
        ))}
    </ul>
  );
}

function Card({ example }: { readonly example: WorstExample }) {
  const { loss, row, inputs } = example;
  const [target, prediction] = [shortened(example.target), shortened(example.prediction)];
  return (
    <article class="example" aria-label={`Row ${row}`}>
      {inputs.flatMap(({ modality, texts, files }) => [
        ...files.map((file) => <Media key={file} file={file} name={modality} />),
        ...texts.map((text) => (
          <p class="text" key={text}>
            {shortened(text)}
          </p>
        )),
      ])}
      <p>
        <b>{target}</b> <span class={target === prediction ? "given" : "given wrong"}>predicted {prediction}</span>
      </p>
      <small>
        loss {loss === null ? "not finite" : rounded(loss)} · row {row}
      </small>
    </article>
  );
}

function Media({ file, name }: { readonly file: string; readonly name: string }) {
  if (file.startsWith("data:image/")) return <img src={file} alt={name} />;
  if (file.startsWith("data:audio/")) return <audio controls src={file} aria-label={name} />;
  return <code>{shortened(file)}</code>;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function shortened(value: unknown): string {
  const plain = (_key: string, each: unknown): unknown => (typeof each === "number" ? rounded(each) : each);
  const text = typeof value === "string" ? value : (JSON.stringify(value, plain) ?? "");
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
