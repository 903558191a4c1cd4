import { type DocumentSymbol, documentSymbols } from "./document-symbols.ts";
import type { Workspace } from "./workspace.ts";

const listed: ReadonlySet<DocumentSymbol["kind"]> = new Set([
  "model",
  "param",
  "modality",
  "block",
  "layer",
  "stream",
  "fusion",
  "task",
  "dataset",
  "stage",
]);

/** Declarations in more files than this are not of use to anyone. */
const mostSymbols = 500;

/** The declarations of all specifications whose name has the letters of the query in their order, best matches first. */
export function workspaceSymbols(workspace: Workspace, query: string): readonly DocumentSymbol[] {
  return workspace.specifications
    .flatMap((path) => documentSymbols(workspace, path))
    .filter(({ kind }) => listed.has(kind))
    .map((symbol) => ({ symbol, score: matchScore(query, symbol.label) }))
    .filter(({ score }) => score >= 0)
    .toSorted((one, other) => other.score - one.score || one.symbol.label.localeCompare(other.symbol.label))
    .slice(0, mostSymbols)
    .map(({ symbol }) => symbol);
}

/**
 * The score of a name that has the letters of a query in their order; -1 for one that has not. Letters that follow each other, and those that begin
 * the name or a word of it, count more; case counts nothing, and of two names that match equally well the shorter one is better.
 */
export function matchScore(query: string, name: string): number {
  const letters = name.toLowerCase();
  /** The best score with the last letter of the query at each position of the name. */
  let best: readonly number[] | undefined;
  for (const letter of query.toLowerCase().replaceAll(/\s/gu, "")) {
    const before = best;
    best = letters.split("").map((each, at) => {
      if (each !== letter) return -1;
      const own = at === 0 || letters[at - 1] === "_" ? 3 : 1;
      if (!before) return own;
      const [directly = -1, earlier] = [before[at - 1], Math.max(-1, ...before.slice(0, at))];
      return earlier < 0 ? -1 : own + Math.max(earlier, directly < 0 ? -1 : directly + 2);
    });
  }
  const score = best ? Math.max(-1, ...best) : 0;
  return score < 0 ? -1 : score + 1 - name.length / 1000;
}
