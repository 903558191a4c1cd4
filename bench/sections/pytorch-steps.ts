import { openEngine } from "../../runtime/engines/open-engine.ts";
import { assertSameLosses } from "../assert-same-losses.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { type Timing, geometricMean, interleave, median, ratios } from "../interleave.ts";
import type { PyTorch } from "../pytorch.ts";
import type { Section, SectionSettings } from "../section.ts";
import { type Size, type SizeName, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";

interface Row {
  readonly size: SizeName;
  readonly dropout: number;
  readonly threads: number;
  readonly ours: Timing;
  readonly eager: Timing;
  readonly fused: Timing;
}

export const pytorchSteps: Section = {
  name: "pytorch",
  title: "One training step, compared with eager PyTorch",
  run: async (settings) => {
    const torch = await settings.pytorch();
    const rows: Row[] = [];
    for (const dropout of [0, 10]) {
      for (const size of Object.keys(sizes) as SizeName[]) {
        for (const threads of [1, 2]) rows.push(await measure(torch, { size, dropout, threads }, settings));
      }
    }
    return report(rows, torch.version);
  },
};

type Setting = Pick<Row, "size" | "dropout" | "threads">;

async function measure(torch: PyTorch, setting: Setting, { repetitions, note }: SectionSettings): Promise<Row> {
  const size: Size = { ...sizes[setting.size], dropout: setting.dropout };
  note(`${setting.size}, dropout ${setting.dropout} %, threads ${setting.threads}`);
  const engine = await openEngine({ engine: "onnx:native", threads: setting.threads });
  const candidates = [
    await graphCandidate("ours", size, engine),
    await torch.candidate("eager", size, setting.threads),
    await torch.candidate("fused", size, setting.threads, "fused"),
  ];
  if (setting.dropout === 0) await assertSameLosses(candidates);
  const [ours, eager, fused] = await interleave(candidates, repetitions);
  for (const candidate of candidates) await candidate.dispose();
  await engine.dispose();
  if (!ours || !eager || !fused) throw new Error("a timing is missing");
  return { ...setting, ours, eager, fused };
}

function report(rows: readonly Row[], version: string): string {
  const ratio = (row: Row, against: "eager" | "fused"): number => median(ratios(row.ours, row[against]));
  const body = rows.map((row) => [
    `${row.size}, ${row.dropout === 0 ? "without dropout" : `dropout ${row.dropout} %`}, ${row.threads === 1 ? "1 thread" : `${row.threads} threads`}`,
    digits(median(row.ours.samples)),
    digits(median(row.eager.samples)),
    digits(median(row.fused.samples)),
    factor(ratio(row, "eager")),
    factor(ratio(row, "fused")),
  ]);
  const means = [0, 10].map((dropout) => {
    const large = rows.filter((row) => row.dropout === dropout && row.size !== "small");
    const mean = (against: "eager" | "fused"): string => factor(geometricMean(large.map((row) => ratio(row, against))));
    return [
      `**geometric mean of middle and wide, ${dropout === 0 ? "without dropout" : `dropout ${dropout} %`}**`,
      "",
      "",
      "",
      `**${mean("eager")}**`,
      mean("fused"),
    ];
  });
  return `PyTorch ${version} with its default Adam, and with \`fused=True\`, which is not the default. All start from the same weights and batch, and without dropout
their first three losses agree within a thousandth. Milliseconds are medians. A ratio is the median of the ratios of neighbouring repetitions; it is below 1 if ours is faster.

${table(["step", "ours", "PyTorch", "fused Adam", "ours ∕ PyTorch", "ours ∕ fused"], [...body, ...means])}`;
}
