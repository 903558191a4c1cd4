import { type Size, sameSize } from "../graph/size.ts";

/** A dimension that depends on the number of examples, by another one that is counted on a tensor. */
export function countedSize(size: Size, rows: Size, counted: string): string {
  if (sameSize(rows, size)) return counted;
  const factor = size.perExample / rows.perExample;
  const offset = size.fixed - rows.fixed * factor;
  const scaled =
    factor === 1 ? counted : factor > 1 ? `${factor} * ${counted}` : `${counted} // ${Math.round(1 / factor)}`;
  return offset === 0 ? scaled : `${scaled} + ${offset}`;
}
