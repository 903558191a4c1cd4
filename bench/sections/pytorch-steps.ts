import { openEngine } from "../../runtime/engines/open-engine.ts";
import { assertSameLosses } from "../assert-same-losses.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { type Timing, geometricMean, interleave, median, ratios } from "../interleave.ts";
import type { PyTorch, TorchSetting } from "../pytorch.ts";
import type { Section, SectionSettings } from "../section.ts";
import { type Size, type SizeName, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";

/** PyTorch's settings, and the heads of their columns. */
const torchSettings: Readonly<Record<TorchSetting, string>> = {
  eager: "eager",
  fused: "fused Adam",
  compiled: "compiled",
  bfloat16: "bfloat16",
};
const settingNames = Object.keys(torchSettings) as TorchSetting[];

interface Setting {
  readonly size: SizeName;
  readonly dropout: number;
  readonly threads: number;
}

interface Row extends Setting {
  readonly ours: Timing;
  readonly theirs: Readonly<Record<TorchSetting, Timing>>;
}

export const pytorchSteps: Section = {
  name: "pytorch",
  title: "One training step, compared with PyTorch",
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

async function measure(torch: PyTorch, setting: Setting, { repetitions, note }: SectionSettings): Promise<Row> {
  const size: Size = { ...sizes[setting.size], dropout: setting.dropout };
  note(`${setting.size}, dropout ${setting.dropout} %, threads ${setting.threads}`);
  const engine = await openEngine({ engine: "onnx:native", threads: setting.threads });
  const candidates = [await graphCandidate("ours", size, engine)];
  for (const name of settingNames) candidates.push(await torch.candidate(name, size, setting.threads));
  if (setting.dropout === 0) await assertSameLosses(candidates.filter(({ name }) => name !== "bfloat16"));
  const [ours, ...timings] = await interleave(
    candidates,
    repetitions,
    setting.threads === 1 ? "processor" : "milliseconds",
  );
  for (const candidate of candidates) await candidate.dispose();
  await engine.dispose();
  if (!ours) throw new Error("a timing is missing");
  const theirs = Object.fromEntries(timings.map((timing) => [timing.name, timing]));
  return { ...setting, ours, theirs: theirs as Row["theirs"] };
}

function report(rows: readonly Row[], version: string): string {
  const ratio = (row: Row, against: TorchSetting): number => median(ratios(row.ours, row.theirs[against]));
  const body = rows.map((row) => [
    `${row.size}, ${row.dropout === 0 ? "without dropout" : `dropout ${row.dropout} %`}, ${row.threads === 1 ? "1 thread" : `${row.threads} threads`}`,
    digits(median(row.ours.samples)),
    ...settingNames.map((name) => digits(median(row.theirs[name].samples))),
    ...settingNames.map((name) => factor(ratio(row, name))),
  ]);
  const means = [0, 10].map((dropout) => {
    const large = rows.filter((row) => row.dropout === dropout && row.size !== "small");
    return [
      `**geometric mean of middle and wide, ${dropout === 0 ? "without dropout" : `dropout ${dropout} %`}**`,
      "",
      ...settingNames.map(() => ""),
      ...settingNames.map((name) => factor(geometricMean(large.map((row) => ratio(row, name))))),
    ];
  });
  const columns = Object.values(torchSettings);
  return `PyTorch ${version}: by default (eager), with \`Adam(fused=True)\`, with that and the forward and backward passes compiled by \`torch.compile\`, and with that and \`autocast\` to bfloat16, which is another precision than ours.
All start from the same weights and batch, and without dropout the first three losses of all in single precision agree within a thousandth. Milliseconds are medians, of processor time on one thread and of wall time on two. A ratio is the median of the ratios of neighbouring repetitions; it is below 1 if ours is faster.

${table(["step", "ours", ...columns, ...columns.map((name) => `ours ∕ ${name}`)], [...body, ...means])}`;
}
