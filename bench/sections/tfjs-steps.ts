import type { Engine } from "../../runtime/engines/engine.ts";
import { EngineUnavailable } from "../../runtime/engines/engine-errors.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { NotInstalled } from "../candidate.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { type Timing, interleave, median, ratios } from "../interleave.ts";
import { assertSameLosses } from "../assert-same-losses.ts";
import type { Section, SectionSettings } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";
import { tfjsCandidate } from "../tfjs-candidate.ts";

const backends = [
  { engine: "tfjs:wasm", backend: "wasm" },
  { engine: "tfjs:node", backend: "tensorflow" },
] as const;

type Backend = (typeof backends)[number];

/** The most repetitions, since the WASM backend takes seconds for a step of the middle size. */
const MOST_REPETITIONS = 5;
const size: Size = { ...sizes.middle, batch: 8 };

export const tfjsSteps: Section = {
  name: "tfjs",
  title: "One training step, compared with tfjs's own autodiff",
  run: async (settings) => {
    const rows: string[][] = [];
    const missing: string[] = [];
    for (const each of backends) {
      const taken = await measure(each, settings).catch((error: unknown) => {
        if (!(error instanceof EngineUnavailable)) throw error;
        settings.note(`skipped: ${error.message}`);
        missing.push(`${each.engine} was skipped: it is not installed here.`);
        return [];
      });
      if (taken.length > 0) rows.push([each.engine, ...taken]);
    }
    if (rows.length === 0) throw new NotInstalled("No backend of tfjs was found.");
    const head = [
      "backend",
      "tfjs autodiff",
      "our graph, same backend",
      "our graph, ONNX Runtime",
      "autodiff ∕ ours, same backend",
      "autodiff ∕ ours, ONNX Runtime",
    ];
    return [
      "Milliseconds of a step of the middle size with a batch of 8 and without dropout, on two threads if the backend supports them (WASM has one in Node). The first losses of all three agree within a thousandth.",
      ...missing,
      table(head, rows),
    ].join("\n\n");
  },
};

async function measure(
  { engine: name, backend }: Backend,
  { repetitions, note }: SectionSettings,
): Promise<readonly string[]> {
  note(name);
  const engines: Engine[] = [
    await openEngine({ engine: name, threads: 2 }),
    await openEngine({ engine: "onnx:native", threads: 2 }),
  ];
  const candidates = [await tfjsCandidate("autodiff", size, backend)];
  for (const engine of engines) candidates.push(await graphCandidate(engine.name, size, engine));
  await assertSameLosses(candidates);
  const timings = await interleave(candidates, Math.min(repetitions, MOST_REPETITIONS));
  for (const candidate of candidates) await candidate.dispose();
  for (const engine of engines) await engine.dispose();
  const [autodiff, same, onnx] = timings;
  if (!autodiff || !same || !onnx) throw new Error("a timing is missing");
  const gain = (ours: Timing): string => factor(median(ratios(autodiff, ours)));
  return [...timings.map(({ samples }) => digits(median(samples))), gain(same), gain(onnx)];
}
