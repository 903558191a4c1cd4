import { expect, test } from "vitest";
import { bundleSchema } from "../../runtime/model/bundle.ts";
import { trainingStateSchema } from "../../runtime/checkpoint/training-state.ts";
import { compiledManifestSchema } from "../../runtime/export/manifest-file.ts";
import { preprocessingSchema } from "../../runtime/data/fit/preprocessing.ts";
import { taskEvaluationSchema } from "../../runtime/evaluation/evaluation-file.ts";
import { resultsSchema } from "../../runtime/evaluation/results-file.ts";
import { runLockSchema } from "../../runtime/run/run-lock.ts";
import { foldsFileSchema, seedsFileSchema } from "../../runtime/run/run-set-file.ts";
import { searchFileSchema } from "../../runtime/search/search-file.ts";
import { startReportSchema } from "../../runtime/pretrained/start-report.ts";
import { expectCurrent } from "../schema/golden-file.ts";

test.each([
  ["compiled", compiledManifestSchema],
  ["model", bundleSchema],
  ["preprocessing", preprocessingSchema],
  ["results", resultsSchema],
  ["run-lock", runLockSchema],
  ["search", searchFileSchema],
  ["seeds", seedsFileSchema],
  ["folds", foldsFileSchema],
  ["start-report", startReportSchema],
  ["task-evaluation", taskEvaluationSchema],
  ["training-state", trainingStateSchema],
])("the exported JSON Schema %s is current", (name, schema) => {
  expectCurrent(`docs/schemas/${name}.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
  expect(schema).toHaveProperty("title");
});
