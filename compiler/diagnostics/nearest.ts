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

/** The candidate that a typing mistake most likely meant, or `undefined` if all differ too much. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined;
  const lower = name.toLowerCase();
  let best: string | undefined;
  // For a name of one or two letters, any other name of that length would be near.
  let least = name.length < 3 ? 1 : Math.max(1, Math.floor(name.length * 0.4)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const far = mistakes(lower, candidate.toLowerCase());
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best;
}
