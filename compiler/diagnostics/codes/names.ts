import { define, didYouMean, listed } from "../define.ts";
import { misspelt } from "../fixes.ts";
import type { Nearest } from "../nearest.ts";

/** Declarations, references and imports. */
export const names = {
  duplicate_declaration: define<{ name: string; hint?: string }>({
    code: "MTL2001",
    severity: "error",
    message: ({ name }) => `"${name}" is declared twice.`,
    help: ({ hint }) => hint ?? "Rename one of the two.",
  }),
  unknown_name: define<{
    name: string;
    kind?: string | undefined;
    nearest?: Nearest | undefined;
    known?: readonly string[];
    /** Names that have a word in common with it, for one that is no typing mistake. */
    like?: readonly string[];
  }>({
    code: "MTL2002",
    severity: "error",
    message: ({ name, kind }) => (kind === undefined ? `"${name}" is not defined.` : `There is no ${kind} "${name}".`),
    help: ({ nearest, known = [], like = [] }) => {
      if (nearest === undefined && known.length > 0) return `Defined here: ${known.join(", ")}.`;
      const meant = didYouMean(nearest) ?? "Declare it, import it, or check its spelling.";
      return like.length === 0 ? meant : `${meant} There is also ${listed(like.map((name) => `"${name}"`))}.`;
    },
    fixes: ({ name, nearest }, written) => misspelt(written, name, nearest),
  }),
  import_not_found: define<{ path: string }>({
    code: "MTL2003",
    severity: "error",
    message: ({ path }) => `The file "${path}" cannot be read.`,
    help: () => "The path of an import is relative to the importing file and starts with ./ or ../.",
  }),
  import_cycle: define<{ cycle: string }>({
    code: "MTL2004",
    severity: "error",
    message: ({ cycle }) => `These files import each other: ${cycle}.`,
    help: () => "Move the shared declarations into a third file.",
  }),
  not_exported: define<{ name: string; path: string; nearest?: Nearest | undefined; known: string }>({
    code: "MTL2005",
    severity: "error",
    message: ({ name, path }) => `"${path}" declares no block, param, modality, layer or dataset "${name}".`,
    help: ({ nearest, known }) =>
      didYouMean(nearest) ?? (known === "" ? "It declares nothing that can be imported." : `It declares ${known}.`),
    fixes: ({ name, nearest }, written) => misspelt(written, name, nearest),
  }),
};
