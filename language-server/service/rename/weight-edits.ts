import type { LoadedFile } from "../../../compiler/bind/load.ts";
import type { Compilation } from "../../../compiler/program.ts";
import type { References } from "../../../compiler/resolve/resolve-names.ts";
import { type TextEdit, withoutOverlaps } from "../text-edit.ts";
import type { Workspace } from "../workspace.ts";
import { writtenPaths } from "../written-paths.ts";
import { type ChangedWeights, changedWeights } from "./changed-weights.ts";
import { type PatternRenaming, guessedPattern, patternEdits } from "./pattern-edits.ts";
import type { Refusal } from "./renameable.ts";
import { isRenamed, neededRenamings } from "./renamed-declarations.ts";
import { renamingEdits } from "./renaming-edits.ts";
import type { Trials } from "./trials.ts";
import { wrongAfter } from "./wrong-after.ts";
import { writtenPatterns } from "./written-patterns.ts";

export interface Renamed {
  readonly edits: readonly TextEdit[];
}

interface OfEntry {
  readonly entry: string;
  readonly before: Compilation;
  readonly oldName: string;
  readonly newName: string;
}

/** The edits of patterns and of `renamed` in one specification whose weights have other names after edits. */
export function weightEdits(
  trials: Trials,
  edits: readonly TextEdit[],
  { entry, before, oldName, newName }: OfEntry,
): Renamed | Refusal {
  const { references, files } = before;
  const file = files.get(entry);
  const changed = weightsAfter(trials, edits, { entry, before, oldName, newName });
  if (!changed || !references || !file || [...changed].every(([from, to]) => from === to)) return { edits: [] };
  const found: TextEdit[] = [];
  for (const each of files.values())
    for (const node of writtenPatterns(each.tree, references)) {
      const own = patternEdits(node, each.text, { changed, oldName, newName, edits });
      if (!own) return { refusal: `The pattern "${node.value}" would match other weights than now.` };
      found.push(...own);
    }
  const now = withoutOverlaps([...edits, ...found]);
  const declared = file.tree.declarations.filter(isRenamed);
  const after = trials.after(now).parsed(entry)?.tree.declarations.filter(isRenamed) ?? [];
  // A weight that has its old name again needs no declaration.
  const isIdle = after.map(({ from, to }) => from.value === to.value);
  const added = neededRenamings({
    changed,
    trained: weightsOfRuns(trials.before, entry, before),
    before: declared.map(({ from, to }) => ({ from: from.value, to: to.value })),
    after: after
      .filter((_, index) => isIdle[index] !== true)
      .map(({ from, to }) => ({ from: from.value, to: to.value })),
  });
  if (!added)
    return {
      refusal:
        "A weight of an earlier run would have the name that another one had, so that the run could not be read.",
    };
  const idle = declared.filter((_, index) => isIdle[index] === true);
  return { edits: [...found, ...renamingEdits(file, { declared, idle, added })] };
}

/** The edits of a specification with a mistake, whose names of weights are not known: patterns that would match nothing have the new name. */
export function editsOfMistaken(
  trials: Trials,
  edits: readonly TextEdit[],
  { entry, before, oldName, newName }: OfEntry,
): Renamed | Refusal {
  const { references, files } = before;
  if (!references) return { edits };
  const segment = new RegExp(`(?:^|[./])${oldName}(?:_\\d+)?(?:\\.|$)`, "u");
  if (weightsOfRuns(trials.before, entry, before).some((names) => names.some((name) => segment.test(name))))
    return {
      refusal: `${entry} has a mistake, so that the names of its weights are not known, and an earlier run has weights named after "${oldName}".`,
    };
  const guessed = withoutOverlaps([
    ...edits,
    ...guessedPatterns([...files.values()], references, { oldName, newName, edits }),
  ]);
  const isBetter =
    wrongAfter(trials, edits, [entry], "everything") && !wrongAfter(trials, guessed, [entry], "everything");
  return { edits: isBetter ? guessed : edits };
}

function guessedPatterns(
  files: readonly LoadedFile[],
  references: References,
  renaming: Omit<PatternRenaming, "changed">,
): readonly TextEdit[] {
  return files.flatMap(({ tree, text }) =>
    writtenPatterns(tree, references).flatMap((node) => guessedPattern(node, text, renaming)),
  );
}

/** The names of the weights in the runs of a specification, and in the files that it starts from. */
function weightsOfRuns(
  workspace: Workspace,
  entry: string,
  { files, references }: Compilation,
): readonly (readonly string[])[] {
  const tree = files.get(entry)?.tree;
  const sources = tree && references ? writtenPaths(tree, references).filter(({ kind }) => kind === "weights") : [];
  return workspace.trainedWeights(
    entry,
    sources.map(({ node }) => workspace.resolve(entry, node.value)),
  );
}

/**
 * The new names of weights after edits. Where a pattern matches nothing after them, it is tried with the new name in it: then names of weights
 * are known, and with them what each pattern must be.
 */
function weightsAfter(
  trials: Trials,
  edits: readonly TextEdit[],
  { entry, before: { program, files, references }, oldName, newName }: OfEntry,
): ChangedWeights | undefined {
  if (!program || !references) return undefined;
  const programAfter = (all: readonly TextEdit[]) => trials.after(all).compile(entry, "everything").program;
  const guessed = guessedPatterns([...files.values()], references, { oldName, newName, edits });
  const after = programAfter(edits) ?? programAfter(withoutOverlaps([...edits, ...guessed]));
  return after && changedWeights(program, after);
}
