import type { Source } from "../request.ts";
import { callables } from "./callables.ts";
import { choices } from "./choices.ts";
import { columns } from "./columns.ts";
import { declarations } from "./declaration-words.ts";
import { importableNames, importedNames } from "./exported-names.ts";
import { familyMembers } from "./family-members.ts";
import { files } from "./files.ts";
import { joiningWords } from "./joining-words.ts";
import { measures } from "./measures.ts";
import { names } from "./names.ts";
import { numbers } from "./numbers.ts";
import { optionNames } from "./option-names.ts";
import { parts } from "./parts.ts";
import { statementsOfBlocks } from "./statement-words.ts";
import { types } from "./types.ts";
import { weightPatterns } from "./weight-patterns.ts";

/** The sources for a position in a string: what a string can name. */
export const sourcesInStrings: readonly Source[] = [choices, weightPatterns, measures, columns, files];

/** All sources. Each answers for a position, or has nothing to say there. */
export const sources: readonly Source[] = [
  declarations,
  statementsOfBlocks,
  joiningWords,
  optionNames,
  choices,
  familyMembers,
  numbers,
  names,
  callables,
  parts,
  types,
  weightPatterns,
  measures,
  columns,
  files,
  importedNames,
  importableNames,
];
