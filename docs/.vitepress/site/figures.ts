import { formatBytes, formatCount, formatWhole } from "../../../compiler/analysis/cost/amounts.ts";
import { memoryOf } from "../../../compiler/analysis/cost/cost.ts";
import { costOf } from "../../../compiler/analysis/cost/cost-of.ts";
import { buildDiagram } from "../../../compiler/diagram/build-diagram.ts";
import { renderSvg } from "../../../compiler/diagram/svg.ts";
import { createMemoryHost } from "../../../compiler/host.ts";
import { compileProgram, type Program } from "../../../compiler/program.ts";

/** The listings of a page in `mtl`, as markdown-it gives their texts. */
const listings = /^```mtl\b[^\n]*\n([^]*?)^```$/gmu;

/** HTML that shows the picture and the cost of each listing that is a whole specification, by its text. The compiler draws it. */
export async function figuresOf(page: string): Promise<ReadonlyMap<string, string>> {
  const figures = new Map<string, string>();
  for (const [, text = ""] of page.matchAll(listings)) {
    const { program } = compileProgram({ entry: "model.mtl", host: createMemoryHost({ "model.mtl": text }) });
    if (program) figures.set(text, await figureOf(program));
  }
  return figures;
}

async function figureOf(program: Program): Promise<string> {
  const picture = encodeURIComponent(await renderSvg(buildDiagram(program)));
  return `<figure class="drawn"><img src="data:image/svg+xml,${picture}" alt="The model as \`mtl graph\` draws it"><figcaption>${costInWords(program)}</figcaption></figure>`;
}

/** The costs that `mtl check --cost` has in its tables, in one line. */
export function costInWords(program: Program): string {
  const { parameters, tasks, stages } = costOf(program);
  const flops = tasks.map(({ task, total }) => `${formatCount(total.flops)}FLOPs to predict ${task}`);
  const memory = stages.map((stage) => `${formatBytes(memoryOf(stage.total))} to train in stage ${stage.stage}`);
  return [`${formatWhole(parameters)} parameters`, ...flops, ...memory].join(" · ");
}
