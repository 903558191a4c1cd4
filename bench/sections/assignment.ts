import { mostOrders, ordersOf } from "../../compiler/elaborate/natives/orders.ts";
import type { Batch } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { generator } from "../../runtime/random/generator.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import type { Candidate } from "../candidate.ts";
import { executorOf, initialStore } from "../graph-candidate.ts";
import { interleave, median, ratios } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import type { Section } from "../section.ts";
import { digits, factor, table } from "../table.ts";
import { timedSteps } from "../timed-steps.ts";

interface Sets {
  readonly queries: number;
  /** The largest number of objects of a row. */
  readonly most: number;
}

const batch = 32;
const [tokens, width, classes] = [36, 64, 5];
/** The most orders that the graph compares for four objects are those of 13 queries. */
const sets: readonly Sets[] = [
  { queries: 8, most: 4 },
  { queries: 13, most: 4 },
  { queries: 14, most: 4 },
  { queries: 100, most: 10 },
];

const specification = ({ queries, most }: Sets): string => `
  model bench
  modality seen: tensor([${tokens}, ${width}])
  stream code = repeated(sine_2d(6, 6, ${width}))
  stream queries = learned(${queries}, ${width}, init: normal(1))
  stream answers = seen -> detr_decoder(queries, code, layers: 2, heads: 4, ffn: mlp(ratio: 4, activation: relu), dropout: 0%)
  task find { from: answers  head: detection(${classes})  target: boxes("objects", classes: ${classes}, most: ${most}, queries: ${queries}) }
  dataset data { path: "none.jsonl"  tasks: [find] }
  stage fit { optimizer: adamw(rate: 1e-4)  batch: ${batch}  epochs: 1 }
`;

export const assignment: Section = {
  name: "assignment",
  title: "Assigning objects in the graph, and by the host",
  run: async ({ repetitions }) => {
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const candidates = sets.map((each) => training(each, engine));
    const timings = await interleave(candidates, repetitions, "processor");
    for (const candidate of candidates) await candidate.dispose();
    await engine.dispose();
    const [first] = timings;
    const rows = sets.map(({ queries, most }, index) => {
      const own = timings[index];
      const orders = ordersOf(most, queries);
      return [
        `${queries} queries, ${most} objects`,
        orders ? `the graph, ${orders.count} orders` : "the host",
        ...(own && first ? [digits(median(own.samples)), factor(median(ratios(own, first)))] : []),
      ];
    });
    return `A training step of a target \`boxes\` with ${batch} rows: two layers of DETR's decoder of width ${width} over ${tokens} tokens, each of which is assigned to the objects by itself. Up to ${mostOrders} orders are compared in the graph; beyond, the graph runs up to the costs, the host assigns, and the whole graph runs
([decision 0188](../docs/decisions/0188-few-orders-are-compared-in-the-graph.md)). Milliseconds of processor time on one thread.

${table(["set", "assigned by", "milliseconds", `∕ ${sets[0]?.queries} queries`], rows)}`;
  },
};

function training({ queries, most }: Sets, engine: Engine): Candidate {
  const plan = programOf(specification({ queries, most })).plan("fit");
  const executables = new StageExecutables(engine, plan, initialStore(plan));
  const executor = executorOf(plan, executables);
  const prepared = { batch: batchOf(most), random: new Map(), scalars: new Map(), variant: {} };
  return {
    name: `${queries} queries`,
    steps: (count) =>
      timedSteps(count, async () => {
        const step = { passes: [{ tasks: ["find"], epoch: 0, batches: [prepared] }] };
        return (await executor.run(step, 1)).loss;
      }),
    dispose: () => executables.dispose(),
  };
}

/** Rows with one to `most` objects, with random boxes. */
function batchOf(most: number): Batch {
  const random = generator(1, "assignment", most);
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform());
  const counts = Array.from({ length: batch }, () => 1 + random.below(most));
  const isThere = (index: number): boolean => index % most < (counts[Math.floor(index / most)] ?? 0);
  return {
    features: new Map<string, Float32Array | Int32Array>([
      ["seen", numbers(batch * tokens * width)],
      [
        "find.target.classes",
        Int32Array.from({ length: batch * most }, (_, index) => (isThere(index) ? random.below(classes) : -1)),
      ],
      ["find.target.boxes", numbers(batch * most * 4).map((number) => 0.2 + number / 2)],
    ]),
    rowWeight: new Float32Array(batch).fill(1),
    keys: counts.map((_, row) => `row ${row}`),
  };
}
