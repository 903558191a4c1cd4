/** A row of a table in JSON Lines. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Chooses an expected share of the rows, spread evenly and the same in every table that names the same values of the
 * column `together`.
 */
export function chosenRows<Chosen extends Row>(
  rows: readonly Chosen[],
  share: number,
  together?: string,
): readonly Chosen[] {
  if (together === undefined) return rows.filter((_, index) => isKept(index, share));
  return rows.filter((row) => isKept(hashed(String(row[together])), share));
}

/** Multiplicative hashing: neighbouring numbers, such as the indices of rows of one kind, are kept alike often and without a period. */
function isKept(number: number, share: number): boolean {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0) / 2 ** 32 < share;
}

/** FNV-1a of a text's code units. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
