import { counted } from "../counted.ts";
import type { DatasetDeclaration, ModalityDeclaration } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { optionOf } from "../elaborate/uses.ts";
import { ownColumns } from "../features/features.ts";
import type { ResolvedColumns, ResolvedModality } from "../schema/resolved.ts";
import { learntTokenizers } from "../schema/tokenizers.ts";
import { fftSize, soundFrames } from "../features/audio-frames.ts";
import { tableColumns } from "../features/table-columns.ts";

/** Checks the options of one modality that must agree with each other. */
export function checkModality(
  elaboration: Elaboration,
  declaration: ModalityDeclaration,
  modality: ResolvedModality,
): boolean {
  if (modality.kind === "audio") return checkSound(elaboration, declaration, modality);
  if (modality.kind === "text")
    return checkBuckets(elaboration, declaration, modality) && checkTokenizer(elaboration, declaration, modality);
  return checkOwnColumns(elaboration, declaration, modality);
}

/** The number of text lengths for which graphs of a task are compiled. */
const mostLengths = 4;

function checkBuckets(
  { reporter }: Elaboration,
  { name, value }: ModalityDeclaration,
  { buckets = [], max_length: most }: Extract<ResolvedModality, { readonly kind: "text" }>,
): boolean {
  const large = buckets.find((length) => length >= most);
  const unordered = buckets.find((length, index) => length <= (buckets[index - 1] ?? 0));
  const problem =
    large !== undefined
      ? `contain ${large}, but its \`max_length\` is ${most}`
      : unordered !== undefined
        ? `are not in ascending order: ${buckets.join(", ")}`
        : buckets.length >= mostLengths
          ? `are ${buckets.length}, which with \`max_length\` are more than ${mostLengths} lengths`
          : undefined;
  if (problem === undefined) return true;
  const given =
    value.kind === "Call" ? value.arguments.find((argument) => argument.name?.name === "buckets") : undefined;
  reporter.report("bad_buckets", (given ?? value).span, { modality: name.name, problem });
  return false;
}

/**
 * Checks that a vocabulary to be learnt has room for the tokens that every vocabulary of its kind has. The size of a
 * vocabulary file is only known when it is read.
 */
function checkTokenizer(
  { reporter }: Elaboration,
  { name, value }: ModalityDeclaration,
  { tokenizer }: Extract<ResolvedModality, { readonly kind: "text" }>,
): boolean {
  const { leastSize, of } = learntTokenizers[tokenizer.kind];
  if (("file" in tokenizer && tokenizer.file !== undefined) || tokenizer.size >= leastSize) return true;
  const given =
    value.kind === "Call" ? value.arguments.find((argument) => argument.name?.name === "tokenizer") : undefined;
  reporter.report("out_of_range", (given?.value ?? value).span, {
    what: `The size of the ${tokenizer.kind} tokenizer of "${name.name}"`,
    value: tokenizer.size,
    range: `${leastSize} or more, for ${of}`,
  });
  return false;
}

function checkOwnColumns(
  { reporter }: Elaboration,
  { name, value }: ModalityDeclaration,
  modality: ResolvedModality,
): boolean {
  const names = [ownColumns(name.name, modality)].flat();
  // A name that occurs twice in one list was reported with that list.
  const twice =
    modality.kind === "table"
      ? modality.categorical?.find(([column]) => modality.numeric.includes(column))?.[0]
      : undefined;
  if (names.length > 0 && twice === undefined) return true;
  const where = modality.kind === "table" ? "in `numeric` or `categorical`" : "in `channels`";
  reporter.report("wrong_type", value.span, {
    what: `The ${modality.kind} "${name.name}"`,
    expected: `at least one column ${where}, and each once`,
    found: twice === undefined ? "no column" : `"${twice}" twice`,
  });
  return false;
}

/** Checks that a sound has at least one frame, and that its bands are within the frequencies that it has. */
function checkSound(
  { reporter }: Elaboration,
  { name, value }: ModalityDeclaration,
  modality: Extract<ResolvedModality, { readonly kind: "audio" }>,
): boolean {
  const { features, rate } = modality;
  const { count, window } = soundFrames(modality);
  const wrong = (expected: string, found: string): boolean => {
    reporter.report("wrong_type", value.span, { what: `The sound "${name.name}"`, expected, found });
    return false;
  };
  if (count < 1) return wrong("at least one frame", `${modality.seconds} seconds, which are shorter`);
  if (features.kind !== "log_mel") return true;
  const high = features.high ?? rate / 2;
  if (features.low >= high || high > rate / 2)
    return wrong(`bands within 0..${rate / 2} Hz, half of its rate`, `${features.low}..${high} Hz`);
  return (
    fftSize(features, rate, window) !== undefined ||
    wrong(
      "bands that are wide enough, and a window that is short enough, for a transform of 65536 samples",
      `${counted(features.mels, "band")} and a window of ${counted(window, "sample")}`,
    )
  );
}

/** Checks that a modality has one column for each of its parts, or one whose cells hold the whole value. */
export function checkColumnCounts(
  { reporter }: Elaboration,
  declaration: DatasetDeclaration,
  columns: { readonly [field: string]: ResolvedColumns },
  modalities: ReadonlyMap<string, ResolvedModality>,
): boolean {
  const given = optionOf(declaration, "columns");
  const entries = given?.kind === "Map" ? given.entries : [];
  let sound = true;
  for (const [field, named] of Object.entries(columns)) {
    const modality = modalities.get(field);
    const at = entries.find((entry) => keyOf(entry) === field)?.value.span ?? declaration.name.span;
    if (!modality && typeof named !== "string") {
      reporter.report("wrong_type", at, {
        what: `The column of the target "${field}"`,
        expected: "the name of one column",
        found: named.length === 1 ? describeColumn(named[0]) : counted(named.length, "column"),
      });
      sound = false;
    }
    const expected = modality && columnCount(modality);
    const count = typeof named === "string" ? 1 : named.length;
    if (expected === undefined || count === expected || count === 1) continue;
    reporter.report("wrong_type", at, {
      what: `The columns of "${field}"`,
      expected: expected === 1 ? "one column" : `${expected} columns, or one that holds all`,
      found: String(count),
    });
    sound = false;
  }
  return sound;
}

/**
 * The kinds whose values are decoded from a file on each access. For every other kind, contents of files are kept in
 * memory.
 */
const decodedFromFiles: ReadonlySet<ResolvedModality["kind"]> = new Set(["image", "audio", "video", "regions"]);

/** Reports text files in a data set that declares `memory`, since their contents are kept in memory. */
export function checkFileColumns(
  { reporter }: Elaboration,
  declaration: DatasetDeclaration,
  columns: { readonly [field: string]: ResolvedColumns },
  modalities: ReadonlyMap<string, ResolvedModality>,
): void {
  const at = optionOf(declaration, "memory")?.span ?? declaration.name.span;
  for (const [field, named] of Object.entries(columns)) {
    const modality = modalities.get(field);
    if (typeof named === "string" || modality === undefined || decodedFromFiles.has(modality.kind)) continue;
    for (const column of named)
      if (typeof column === "object" && column.kind === "file")
        reporter.report("files_beyond_memory", at, {
          dataset: declaration.name.name,
          modality: field,
          column: column.column,
        });
  }
}

function describeColumn(column: ResolvedColumns[number] | undefined): string {
  return typeof column === "object" ? `\`${column.kind}(…)\`` : "a list";
}

/** The number of columns of a modality; `undefined` if any number is possible. */
function columnCount(modality: ResolvedModality): number | undefined {
  switch (modality.kind) {
    case "text":
      return modality.segments;
    case "table":
      return tableColumns(modality).length;
    case "series":
      return typeof modality.channels === "number" ? undefined : modality.channels.length;
    case "audio":
    case "video":
    case "regions":
    case "image":
    case "tensor":
      return 1;
  }
}
