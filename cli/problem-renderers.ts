import type { ProgramCost } from "../compiler/analysis/cost/cost.ts";
import { renderCost } from "../compiler/analysis/cost/cost-table.ts";
import { renderGithub } from "../compiler/diagnostics/render/github.ts";
import type { RenderInput } from "../compiler/diagnostics/render/input.ts";
import { jsonReport } from "../compiler/diagnostics/render/json.ts";
import type { Paint } from "../compiler/diagnostics/render/paint.ts";
import { renderSarif } from "../compiler/diagnostics/render/sarif.ts";
import { renderText } from "../compiler/diagnostics/render/text.ts";
import type { CheckedData } from "../runtime/data/check-data.ts";
import { packageVersion } from "../runtime/package-version.ts";
import { readExplanations } from "../runtime/explanations.ts";
import type { ProblemFormat } from "./verbs/check.ts";

interface Reported {
  readonly paint: Paint;
  readonly cost?: ProgramCost;
  readonly data?: CheckedData;
}

/**
 * The formats in which `mtl check` prints problems. Text and JSON also contain the cost, and JSON the problems of the
 * data.
 */
export const problemRenderers: {
  readonly [Format in ProblemFormat]: (input: RenderInput, reported: Reported) => string;
} = {
  text: (input, { paint, cost }) =>
    [renderText(input, paint), cost ? renderCost(cost) : ""].filter((part) => part !== "").join("\n"),
  json: (input, { paint: _paint, ...found }) => `${JSON.stringify({ ...jsonReport(input), ...found }, undefined, 2)}\n`,
  github: renderGithub,
  sarif: (input) => renderSarif(input, { version: packageVersion(), explanations: readExplanations() }),
};
