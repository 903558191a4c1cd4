import type { RowPredictions } from "./predict-rows.ts";
import type { WrittenPrediction } from "./prediction-table.ts";

/** A JSON object for each row and task: the origin of the row, the task, the prediction, and the row's other cells. */
export function predictionLines({
  example,
  file,
  row,
  columns,
  predictions,
  problems,
}: RowPredictions<WrittenPrediction>): readonly string[] {
  const place = { example, ...(file === undefined ? {} : { file }), ...(row === undefined ? {} : { row }) };
  const carried = Object.keys(columns).length > 0 ? { columns } : {};
  const told = Object.entries(predictions).map(([task, { kind: _kind, ...values }]) => ({
    ...place,
    task,
    ...values,
    ...carried,
  }));
  const untold = Object.entries(problems).map(([task, error]) => ({ ...place, task, error, ...carried }));
  return [...told, ...untold].map((line) => JSON.stringify(line));
}
