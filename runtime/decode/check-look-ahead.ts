import { roleName, sizeOf } from "../../compiler/graph/graph.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { type GeneratedText, featuresOfGenerated, generatedTextOf } from "../../compiler/targets/sequence.ts";
import type { Engine, TensorData } from "../engines/engine.ts";
import { generator } from "../random/generator.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import { TensorStore } from "../train/step/tensor-store.ts";
import { weightKey } from "../train/phase/phase-weights.ts";
import { initialWeight } from "../train/phase/initialize.ts";
import { UserError } from "../user-error.ts";

/** A position whose scores depend on a token that generation does not have yet. */
export interface LookAhead {
  readonly position: number;
  /** Tokens from this position on change the scores. */
  readonly from: number;
}

/** Largest number of beginnings of a text that are compared. */
const mostBeginnings = 16;

/**
 * Refuses tasks that generate a text and whose scores at some position depend on tokens behind it. Such a model is
 * nearly perfect in training, which shows it the right tokens, and can generate nothing.
 *
 * @throws UserError of kind `specification`.
 */
export async function refuseLookAhead(
  engine: Engine,
  plan: StagePlan,
  specification: Pick<ResolvedSpecification, "modalities" | "tasks">,
): Promise<void> {
  for (const name of plan.tasks) {
    const target = specification.tasks[name]?.target;
    const generated = target?.kind === "sequence" ? generatedTextOf(target, specification) : undefined;
    const found = generated && (await findLookAhead(engine, plan, name, generated));
    if (found)
      throw new UserError(
        "specification",
        `The task "${name}" looks ahead: its scores for token ${found.position + 1} of ${generated.target.modality} change with those behind it, from token ${found.from + 1} on, which are not there when the text is generated.`,
        "Let no token read those behind it: `transformer` and `decoder` have `causal: true`, and other attention takes `bias: causal_bias(length)`.",
      );
  }
}

/**
 * Compares a text with copies of it whose tokens are other ones, or missing, behind some position. The weights are
 * drawn for the comparison, because those of a beginning, such as 0, may hide what a position depends on.
 */
export async function findLookAhead(
  engine: Engine,
  plan: StagePlan,
  task: string,
  generated: GeneratedText,
): Promise<LookAhead | undefined> {
  const { max_length: length, tokenizer } = generated.text;
  const beginnings = beginningsOf(length);
  const rows = 1 + 2 * beginnings.length;
  const graph = plan.predict(task, { batch: rows });
  const executable = new BoundExecutable(await engine.load(graph), drawnWeights(plan));
  try {
    const features = new Map<string, TensorData>();
    for (const { role, value } of graph.inputs)
      if (role.kind === "feature")
        features.set(role.feature, featureOfProbe(role.feature, value.dtype, sizeOf(value.shape), rows));
    const { ids, mask } = featuresOfGenerated(generated);
    features.set(ids.name, idsOf(beginnings, length, tokenizer.size));
    features.set(mask.name, maskOf(beginnings, length));
    const outputs = await executable.run({
      batch: { features, rowWeight: new Float32Array(rows).fill(1), keys: [] },
    });
    const logits = outputs.get(roleName({ kind: "prediction", name: "logits" }));
    if (!(logits instanceof Float32Array)) throw new Error("the graph gives no logits");
    return firstDifference(logits, beginnings, { length, width: tokenizer.size });
  } finally {
    await executable.dispose();
  }
}

/** Lengths of beginnings of a text: all of them, or some of a long one. */
function beginningsOf(length: number): readonly number[] {
  const count = Math.min(length - 1, mostBeginnings);
  return [...new Set(Array.from({ length: count }, (_, index) => 1 + Math.floor((index * (length - 1)) / count)))];
}

/** Row 0 has the whole text; of each beginning one row has other tokens behind it, and one row has none. */
function idsOf(beginnings: readonly number[], length: number, vocabulary: number): Int32Array {
  const random = generator(0, "look ahead", "tokens");
  const draw = (): number[] => Array.from({ length }, () => random.below(vocabulary));
  const text = draw();
  const others = beginnings.map((beginning) => [...text.slice(0, beginning), ...draw().slice(beginning)]);
  return Int32Array.from([text, ...others, ...beginnings.map(() => text)].flat());
}

function maskOf(beginnings: readonly number[], length: number): Uint8Array {
  const whole = Array.from({ length }, () => 1);
  const cut = beginnings.map((beginning) => whole.map((_, position) => (position < beginning ? 1 : 0)));
  return Uint8Array.from([whole, ...beginnings.map(() => whole), ...cut].flat());
}

/** The same values in every row for other inputs; flags are 1, so that all tokens of other inputs are there. */
function featureOfProbe(name: string, dtype: string, size: number, rows: number): TensorData {
  if (dtype === "uint8") return new Uint8Array(size).fill(1);
  if (dtype === "int32") return new Int32Array(size);
  const random = generator(0, "look ahead", name);
  const row = Array.from({ length: size / rows }, () => random.normal());
  return Float32Array.from(Array.from({ length: rows }, () => row).flat());
}

function drawnWeights({ weights }: StagePlan): TensorStore {
  const store = new TensorStore();
  for (const weight of weights) {
    const { name, shape, kind } = weight;
    const random = generator(0, "look ahead", name);
    const width = shape.length > 1 ? sizeOf(shape) / (shape.at(-1) ?? 1) : 1;
    const data =
      kind === "state"
        ? initialWeight({ seed: 0, name, shape, initializer: weight.initializer })
        : Float32Array.from({ length: sizeOf(shape) }, () => random.normal() / Math.sqrt(width));
    store.set(weightKey(weight), { shape, data });
  }
  return store;
}

/** The first position whose scores differ from those of the whole text, by more than rounding. */
function firstDifference(
  logits: Float32Array,
  beginnings: readonly number[],
  { length, width }: { readonly length: number; readonly width: number },
): LookAhead | undefined {
  const whole = logits.subarray(0, length * width);
  const tolerance = 1e-4 * whole.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  for (const [index, from] of [...beginnings, ...beginnings].entries()) {
    const start = (index + 1) * length * width;
    for (let at = 0; at < from * width; at++)
      if (Math.abs((logits[start + at] ?? 0) - (whole[at] ?? 0)) > tolerance)
        return { position: Math.floor(at / width), from };
  }
  return undefined;
}
