import type { Program } from "../../compiler/program.ts";
import { generatedTextOf } from "../../compiler/targets/sequence.ts";
import { specialIds } from "../../runtime/data/tokenizers/special-tokens.ts";
import { decode, decodedTexts } from "../../runtime/decode/decode.ts";
import { type DecodingExecutables, keptTokens } from "../../runtime/decode/kept-tokens.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import { assertSameLosses } from "../assert-same-losses.ts";
import { type Candidate, NotInstalled } from "../candidate.ts";
import { initialStore } from "../graph-candidate.ts";
import { interleave, median, ratios } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import { storedWeights } from "../pytorch.ts";
import type { Section } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";
import { timedSteps } from "../timed-steps.ts";

const batches = [1, 32];
const { layers, width, heads, length, vocabulary } = sizes.middle;
const task = "task_0";

const specification = `
  model bench
  modality words: text(max_length: ${length}, tokenizer: word_piece(${vocabulary}), separators: after)
  stream read = words -> embed(${width}) -> positions -> transformer(layers: ${layers}, heads: ${heads}, dropout: 0%, causal: true)
  task ${task} { from: read  head: linear(${vocabulary})  target: sequence(words) }
  dataset data { path: "none.csv"  tasks: [${task}] }
  stage fit { optimizer: adam(rate: 1e-3)  batch: 32  epochs: 1 }
`;

export const decoding: Section = {
  name: "decoding",
  title: "Generating texts, compared with PyTorch",
  run: async ({ pytorch, repetitions, note }) => {
    const torch = await pytorch().catch((error: unknown) => {
      if (!(error instanceof NotInstalled)) throw error;
      note(`without PyTorch: ${error.message}`);
      return undefined;
    });
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const program = programOf(specification);
    const plan = program.plan("fit");
    const candidates: Candidate[] = [];
    for (const batch of batches) {
      const size: Size = { ...sizes.middle, batch };
      const same = [];
      for (const kept of ["kept", "again"] as const) same.push(await ourWriter(program, { batch, engine, kept }));
      for (const kept of ["kept", "again"] as const)
        if (torch) same.push(await torch.writer(storedWeights(plan), size, kept));
      note(`batch ${batch}`);
      await assertSameLosses(same);
      candidates.push(...same);
    }
    const timings = await interleave(candidates, repetitions, "processor");
    for (const candidate of candidates) await candidate.dispose();
    await engine.dispose();
    const systems = timings.length / batches.length;
    const rows = batches.map((batch, index) => {
      const own = timings.slice(index * systems, (index + 1) * systems);
      const [kept, , ofTorch] = own;
      return [
        String(batch),
        ...own.map(({ samples }) => digits((1000 * batch * length) / median(samples))),
        ...(kept && ofTorch ? [factor(median(ratios(kept, ofTorch)))] : []),
      ];
    });
    const columns = [
      "ours",
      "ours, whole text",
      ...(torch ? ["PyTorch", "PyTorch, whole text", "ours ∕ PyTorch"] : []),
    ];
    return `Tokens a second of processor time on one thread, for texts of ${length} tokens by a causal transformer of the middle size, greedily. Keys and values of earlier tokens are kept; *whole text* computes them again for each token. In PyTorch they are kept in tensors of the full length that are written in place. Both write texts of the same mean log-probability within a thousandth. The last column is the ratio of times.

${table(["texts together", ...columns], rows)}`;
  },
};

interface Writer {
  readonly batch: number;
  readonly engine: Engine;
  /** `again` computes the whole text for each token. */
  readonly kept: "kept" | "again";
}

/** The writing of texts by our graphs. */
async function ourWriter(program: Program, { batch, engine, kept }: Writer): Promise<Candidate> {
  const plan = program.plan("fit");
  const executables = new StageExecutables(engine, plan, initialStore(plan));
  const decoder = kept === "kept" ? await executables.decoding(task, { batch }) : await wholeText(executables, batch);
  const target = program.specification.tasks[task]?.target;
  const generated = target?.kind === "sequence" ? generatedTextOf(target, program.specification) : undefined;
  if (!generated) throw new Error("no text is generated");
  const keys = Array.from({ length: batch }, (_, row) => String(row));
  const given = { features: new Map(), rowWeight: new Float32Array(batch).fill(1), keys };
  const banned: ReadonlySet<number> = new Set([specialIds.padding, specialIds.separator, specialIds.mask]);
  return {
    name: kept,
    steps: (count) =>
      timedSteps(count, async () => {
        const request = {
          source: keptTokens(decoder, given, { generated, examples: batch, copies: 1 }),
          keys,
          length,
          end: specialIds.separator,
          mayFollow: () => (token: number) => !banned.has(token),
        };
        const texts = await decodedTexts(decode(request, { kind: "greedy" }));
        return -texts.reduce((sum, { logProbability }) => sum + logProbability, 0) / (batch * length);
      }),
    dispose: () => executables.dispose(),
  };
}

async function wholeText(executables: StageExecutables, batch: number): Promise<DecodingExecutables> {
  const predict = await executables.get({ kind: "predict", pass: task, variant: { batch } });
  return { next: predict, kept: [], copies: 1, wholeText: "to compare" };
}
