import type { TargetOf } from "../../compiler/targets/target.ts";
import { generator } from "../random/generator.ts";
import type { FirstRight } from "./first-right.ts";
import type { ObservedRow } from "./observed-row.ts";

type Side = 0 | 1;

interface Pair {
  readonly vectors: readonly [Float32Array, Float32Array];
  readonly identities: readonly [number, number];
}

/** A candidate: one of the different values of a modality in a split. */
interface Candidate {
  readonly vector: Float32Array;
  /** The values of the other modality that belong to it. */
  readonly belongs: Set<number>;
}

/**
 * The pairs of a split, with the candidates that all metrics of a task rank: the different values of a modality. The
 * right ones for a row are its own value and each other value that some row has together with the row's value of the
 * other modality, as several captions of one picture are.
 */
export class PairPool {
  readonly #target: TargetOf<"contrastive">;
  readonly #pairs: Pair[] = [];
  readonly #ranks = new Map<Side, readonly FirstRight[]>();

  constructor(target: TargetOf<"contrastive">) {
    this.#target = target;
  }

  /** Keeps the pair with this index. Each metric of a task gives it every pair, in one order. */
  put(index: number, { first, second, identities }: ObservedRow["contrastive"]): void {
    if (index < this.#pairs.length) return;
    this.#pairs.push({ vectors: [first.slice(), second.slice()], identities });
    this.#ranks.clear();
  }

  /** For the values of the modality `query`, or of both, one list of all pairs each. */
  ranks(query: string | undefined): readonly (readonly FirstRight[])[] {
    const { first } = this.#target;
    const sides: readonly Side[] = query === undefined ? [0, 1] : [query === first ? 0 : 1];
    return sides.map((side) => {
      const known = this.#ranks.get(side) ?? this.#rank(side);
      this.#ranks.set(side, known);
      return known;
    });
  }

  #rank(query: Side): readonly FirstRight[] {
    const other: Side = query === 0 ? 1 : 0;
    const byIdentity = new Map<number, Candidate>();
    for (const { vectors, identities } of this.#pairs) {
      const known = byIdentity.get(identities[other]) ?? { vector: vectors[other], belongs: new Set() };
      known.belongs.add(identities[query]);
      byIdentity.set(identities[other], known);
    }
    const candidates = [...byIdentity.values()];
    return this.#pairs.map(({ vectors, identities }, index) => {
      const isRight = ({ belongs }: Candidate): boolean => belongs.has(identities[query]);
      return firstRight(vectors[query], this.#chosen(candidates, isRight, index), isRight);
    });
  }

  /** The right candidates and as many others, drawn evenly and always alike, as make the declared number; else all. */
  #chosen(
    candidates: readonly Candidate[],
    isRight: (candidate: Candidate) => boolean,
    index: number,
  ): readonly Candidate[] {
    const { evaluate = Infinity } = this.#target;
    if (candidates.length <= evaluate) return candidates;
    const right = candidates.filter(isRight);
    const others = candidates.filter((candidate) => !isRight(candidate));
    const random = generator(0, "candidates of a pair", index);
    const wanted = Math.min(others.length, Math.max(0, evaluate - right.length));
    for (let place = 0; place < wanted; place++) {
      const from = place + random.below(others.length - place);
      const [one, two] = [others[place], others[from]];
      if (one && two) [others[place], others[from]] = [two, one];
    }
    return [...right, ...others.slice(0, wanted)];
  }
}

function firstRight(
  query: Float32Array,
  candidates: readonly Candidate[],
  isRight: (candidate: Candidate) => boolean,
): FirstRight {
  const scores = Float64Array.from(candidates, ({ vector }) => dot(query, vector));
  const rights = candidates.map(isRight);
  const best = scores.reduce((most, score, index) => (rights[index] && score > most ? score : most), -Infinity);
  let [before, right, wrong] = [0, 0, 0];
  for (const [index, score] of scores.entries()) {
    if (score > best) before += 1;
    else if (score === best && rights[index]) right += 1;
    else if (score === best) wrong += 1;
  }
  return { before, right, wrong };
}

export function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  // A plain loop, because the metrics of a split take the square of its number of rows.
  for (let index = 0; index < left.length; index++) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}
