import type { ScoredPool, RowSampler, SamplerSettings } from "./sampler.ts";
import { shuffle } from "./shuffle.ts";

type Options = SamplerSettings<"uncertainty">["options"];

/** A constant of the authors' code, which prevents division by 0 for the entropy of a single class. */
const epsilon = 1e-5;

/**
 * MT-uncertainty sampling of CA-MTL (Pilault et al., 2021, algorithm 1): among candidates from every task, trains on
 * those about which the model is least certain. If all scores are 0, candidates are drawn at random.
 */
export function uncertainty({ options, random }: SamplerSettings<"uncertainty">): RowSampler {
  return {
    candidates: options.candidates,
    select: (tasks, count) => {
      const scores = uncertaintyScores(tasks, options).flat();
      const order = scores.map((_, index) => index);
      const isBlind = scores.every((score) => score === 0);
      const ranked = isBlind
        ? shuffle(order, random)
        : order.toSorted((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right);
      return ranked.slice(0, count);
    },
    observe: () => {},
    state: () => ({}),
    restore: () => {},
  };
}

/** The uncertainty of a task's candidates, at most 1, and the number by which tasks are compared. */
interface TaskUncertainty {
  readonly rows: readonly number[];
  readonly level: number;
}

/**
 * The score of every candidate, by task. With Ĥ = H ∕ ln C the paper's is Ĥ ∕ max_t H̄_t, which ranks by Ĥ alone; the
 * authors' code has Ĥ·m_t ∕ max_u m_u with m_t the mean of the task's Ĥ, and so prefers tasks that are uncertain as a
 * whole. A task without an entropy has the scores of its proxy at the same indices, as in the code, or a constant Ĥ.
 */
export function uncertaintyScores(
  tasks: readonly ScoredPool[],
  { score, proxy }: Pick<Options, "score" | "proxy">,
): readonly (readonly number[])[] {
  const measured = new Map(
    tasks.flatMap((each) => {
      const found = uncertaintyOf(each, score, proxy?.[each.task]);
      return found ? [[each.task, found] as const] : [];
    }),
  );
  const highest = Math.max(0, ...[...measured.values()].map(({ level }) => level));
  const factorOf = ({ level }: TaskUncertainty) => (highest === 0 ? 0 : (score === "code" ? level : 1) / highest);
  const scoresOf = (task: string): readonly number[] => {
    const found = measured.get(task);
    return found ? found.rows.map((row) => row * factorOf(found)) : [];
  };
  return tasks.map(({ task, count }) => {
    const of = measured.has(task) ? scoresOf(task) : scoresOf(String(proxy?.[task]));
    return Array.from({ length: count }, (_, index) => of[index] ?? 0);
  });
}

function uncertaintyOf(
  { count, entropies }: ScoredPool,
  score: Options["score"],
  proxy: string | number | undefined,
): TaskUncertainty | undefined {
  if (!entropies)
    return typeof proxy === "number" ? { rows: Array.from({ length: count }, () => proxy), level: proxy } : undefined;
  const { values, most } = entropies;
  const largest = score === "code" ? most + epsilon : most;
  const rows = values.map((value) => (largest === 0 ? 0 : value / largest));
  return { rows, level: mean(score === "code" ? rows : values) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
