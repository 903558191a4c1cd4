import { distance } from "fastest-levenshtein";

/** Number of letters to insert, delete, replace, or swap with their neighbour. */
function mistakes(name: string, meant: string): number {
  const first = Array.from({ length: name.length }, (_, index) => name[index] !== meant[index]).indexOf(true);
  const swapped =
    first >= 0 &&
    name[first] === meant[first + 1] &&
    name[first + 1] === meant[first] &&
    name.slice(first + 2) === meant.slice(first + 2);
  return swapped ? 1 : distance(name, meant);
}

/**
 * Longer names are not compared: they are not typing mistakes, and a comparison takes time proportional to the product
 * of the lengths.
 */
const longest = 128;

/** The name that a misspelt one most likely meant. */
export interface Nearest {
  readonly name: string;
  /** True if no other candidate is as near, and the name is longer than a mistake in it would be. */
  readonly isCertain: boolean;
}

/** The name that a typing mistake most likely meant; `undefined` if all candidates are far away. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  return nearest(name, candidates)?.name;
}

/** The candidate that a typing mistake most likely meant; `undefined` if all are far away. */
export function nearest(name: string, candidates: Iterable<string>): Nearest | undefined {
  if (name.length > longest) return undefined;
  const lower = name.toLowerCase();
  let best: string | undefined;
  let isTied = false;
  // For a name of one or two letters, any other name of that length would be near.
  let least = name.length < 3 ? 1 : Math.max(1, Math.floor(name.length * 0.4)) + 1;
  for (const candidate of candidates) {
    // One that is as near as the best so far makes that one uncertain.
    if (Math.abs(candidate.length - name.length) >= (best === undefined ? least : least + 1)) continue;
    const far = mistakes(lower, candidate.toLowerCase());
    if (far === least && best !== undefined && candidate !== best) isTied = true;
    if (far >= least) continue;
    least = far;
    best = candidate;
    isTied = false;
  }
  if (best === undefined) return undefined;
  // A name that is longer or shorter at its end may be another one: of two blocks `conv` and `conv2`, one may be gone.
  const isLonger = name !== best && (best.startsWith(name) || name.startsWith(best));
  return { name: best, isCertain: !isTied && !isLonger && least * 4 <= name.length };
}
