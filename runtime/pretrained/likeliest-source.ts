import type { MappedSource } from "../../compiler/stage/weight-map.ts";

/**
 * The first of the tensors that a weight may come from that a file has. If it has none, the one whose name has the longest beginning in common with a
 * name of the file, which is how the writer of the file would have called it.
 */
export function likeliestSource(
  known: readonly MappedSource[],
  names: readonly string[],
  beginning: string,
): MappedSource | undefined {
  const there = known.find(({ from }) => names.includes(`${beginning}${from}`));
  if (there || known.length < 2) return there ?? known[0];
  const likeness = ({ from }: MappedSource): number =>
    Math.max(0, ...names.map((name) => lettersInCommon(name, `${beginning}${from}`)));
  return known.toSorted((left, right) => likeness(right) - likeness(left))[0];
}

/** The number of letters with which both texts begin. */
function lettersInCommon(left: string, right: string): number {
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return count;
}
