import { PairQueue } from "./pair-queue.ts";

/** Two symbols that are merged into one. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly merged: number;
}

export interface WordCount {
  /** The ids of the word's symbols, changed in place as symbols are merged. */
  symbols: number[];
  readonly count: number;
}

export interface LearnMergesOptions {
  /** The number of existing symbols; merged ones get ids from here on. */
  readonly alphabet: number;
  readonly merges: number;
  /**
   * The id of the symbol that two symbols form. It may exist already, from another pair; a new one gets the id `next`.
   */
  readonly mergedId: (left: number, right: number, next: number) => number;
}

/** Ids of symbols are below this bound, so that a pair can be represented exactly as one number. */
const pairBase = 2 ** 26;

/**
 * Byte-pair encoding (Sennrich et al., 2016, algorithm 1): repeatedly merges the most frequent pair of neighbours into
 * a symbol. Ties are resolved in favour of the pair whose left, then right, symbol is older. Pairs that occur once are
 * not merged. Only the counts of pairs in changed words are updated.
 */
export function learnMerges(words: readonly WordCount[], { alphabet, merges, mergedId }: LearnMergesOptions): Merge[] {
  const counts = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const changed = new Set<number>();
  const count = (pair: number, by: number, word: number): void => {
    counts.set(pair, (counts.get(pair) ?? 0) + by);
    changed.add(pair);
    if (by < 0) return;
    const found = places.get(pair);
    if (found === undefined) places.set(pair, new Set([word]));
    else found.add(word);
  };
  for (const [index, word] of words.entries()) eachPair(word.symbols, (pair) => count(pair, word.count, index));

  const queue = new PairQueue(counts);
  const learnt: Merge[] = [];
  const known = new Set<number>();
  let next = alphabet;
  while (learnt.length < merges) {
    for (const pair of changed) queue.push(pair);
    changed.clear();
    const pair = queue.pop();
    if (pair === undefined || (counts.get(pair) ?? 0) < 2) break;
    const left = Math.floor(pair / pairBase);
    const right = pair % pairBase;
    const merged = mergedId(left, right, next);
    if (merged === next) next += 1;
    // Two pairs may form the same symbol, so that a later merge can produce a pair that was merged before. Such a pair
    // keeps its first rank.
    if (!known.has(pair)) learnt.push({ left, right, merged });
    known.add(pair);
    for (const index of places.get(pair) ?? []) {
      const word = words[index];
      if (word === undefined) continue;
      eachPair(word.symbols, (old) => count(old, -word.count, index));
      word.symbols = replacePair(word.symbols, left, right, merged);
      eachPair(word.symbols, (fresh) => count(fresh, word.count, index));
    }
    places.delete(pair);
  }
  return learnt;
}

function eachPair(symbols: readonly number[], visit: (pair: number) => void): void {
  for (let at = 1; at < symbols.length; at += 1) visit((symbols[at - 1] ?? 0) * pairBase + (symbols[at] ?? 0));
}

function replacePair(symbols: readonly number[], left: number, right: number, merged: number): number[] {
  const result: number[] = [];
  for (let at = 0; at < symbols.length; at += 1) {
    const symbol = symbols[at] ?? 0;
    const isPair = symbol === left && symbols[at + 1] === right;
    result.push(isPair ? merged : symbol);
    if (isPair) at += 1;
  }
  return result;
}
