import { targetOf } from "../targets/index.ts";
import type {
  DatasetDeclaration,
  Entry,
  ModalityDeclaration,
  StageDeclaration,
  TaskDeclaration,
} from "../../grammar/ast.ts";
import { entrySymbols } from "../bind/bind.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { declarationFrame } from "../elaborate/symbol-values.ts";
import { optionOf, usesOf } from "../elaborate/uses.ts";
import { ownColumns } from "../features/features.ts";
import type {
  ResolvedColumn,
  ResolvedColumns,
  ResolvedDataset,
  ResolvedModality,
  ResolvedStage,
  ResolvedTask,
} from "../schema/resolved.ts";
import type { Families } from "../schema/families.ts";
import { schema } from "../schema/schema.ts";
import type { AnyValue, OptionTable, ResolvedCall, ResolvedOptions } from "../schema/types.ts";
import { checkClassWeights } from "../check/check-class-weights.ts";
import { checkHardNegatives } from "../check/check-hard-negatives.ts";
import { checkNegatives } from "../check/check-negatives.ts";
import { checkQueries } from "../check/check-queries.ts";
import { checkMetrics } from "../check/check-metrics.ts";
import { checkColumnCounts, checkFileColumns, checkModality } from "./modality-columns.ts";
import { allNames } from "../elaborate/options/declared-names.ts";
import { describeExpression } from "../elaborate/options/describe-expression.ts";
import { knownEntries } from "./map-keys.ts";
import { paramsOf, typedParamValue } from "./params.ts";
import { valueOf } from "../elaborate/options/plain-values.ts";
import { reportRepeated } from "../elaborate/options/repeated.ts";
import { resolveCall } from "../elaborate/options/resolve-call.ts";
import { givenOf, resolveOptions } from "../elaborate/options/resolve-options.ts";
import { checkSplitNames, resolveSplit } from "./split.ts";

function resolve<Table extends OptionTable>(
  elaboration: Elaboration,
  declaration: TaskDeclaration | DatasetDeclaration | StageDeclaration,
  table: Table,
): ResolvedOptions<Table> | undefined {
  const frame = declarationFrame(elaboration, declaration.span.file, [], []);
  const name = `${declaration.kind.toLowerCase()} "${declaration.name.name}"`;
  const resolved = resolveOptions(frame, table, givenOf(declaration.options), {
    name: `The ${name}`,
    at: declaration.name.span,
  });
  // Each option was resolved to the type that its definition declares.
  return resolved as ResolvedOptions<Table> | undefined;
}

export function resolveModalities(elaboration: Elaboration): Map<string, ResolvedModality> {
  const declared = entrySymbols(elaboration.bindings).filter((symbol) => symbol.kind === "Modality");
  const calls = new Map(
    declared.map((symbol) => {
      const frame = declarationFrame(elaboration, symbol.span.file, [], symbol.value);
      return [symbol.name.name, resolveCall(frame, symbol.value, "modality")] as const;
    }),
  );
  const modalities = new Map<string, ResolvedModality>();
  for (const symbol of declared) {
    const call = calls.get(symbol.name.name);
    const resolved = call?.kind === "like" ? readAsOther(elaboration, symbol, call, calls) : call;
    if (resolved && checkModality(elaboration, symbol, resolved)) modalities.set(symbol.name.name, resolved);
  }
  return modalities;
}

type ModalityCall = ResolvedCall<Families["modality"]>;

/** A modality with the kind and the options of another one; `undefined` where that one has none of its own. */
function readAsOther(
  { reporter }: Elaboration,
  { name, value }: ModalityDeclaration,
  { modality: other }: Extract<ModalityCall, { readonly kind: "like" }>,
  calls: ReadonlyMap<string, ModalityCall | undefined>,
): ResolvedModality | undefined {
  const call = calls.get(other);
  // A modality that could not be resolved has been reported.
  if (call && call.kind !== "like") return { ...call, like: other };
  if (call)
    reporter.report("wrong_type", value.span, {
      what: `The modality that "${name.name}" is read like`,
      expected: "one that is declared with its kind",
      found: `"${other}", which is like "${call.modality}"`,
    });
  return undefined;
}

export function resolveTask(
  elaboration: Elaboration,
  declaration: TaskDeclaration,
  modalities: ReadonlyMap<string, ResolvedModality>,
): ResolvedTask | undefined {
  const usesAreKnown = checkUses(elaboration, declaration);
  const options = resolve(elaboration, declaration, schema.declarations.task);
  if (!options || !usesAreKnown) return undefined;
  const target = targetOf(options.target).underRules?.(elaboration.rules) ?? options.target;
  const { trainsWith = [], defaultMetrics } = targetOf(target);
  const { metrics = defaultMetrics } = options;
  const inputs = [...usesOf(elaboration, declaration)].map(([modality, presence]) => ({
    modality,
    optional: presence === "optional" || trainsWith.includes(modality),
  }));
  const task = { ...options, target, name: declaration.name.name, metrics, inputs };
  checkClassWeights(target, optionOf(declaration, "target"), elaboration.reporter);
  checkNegatives(target, optionOf(declaration, "target"), elaboration.reporter);
  checkHardNegatives(task, optionOf(declaration, "target"), modalities, elaboration.reporter);
  const hasQueries = checkQueries(target, optionOf(declaration, "target"), elaboration.reporter);
  checkMetrics(task, optionOf(declaration, "metrics"), elaboration.reporter);
  return hasQueries ? task : undefined;
}

/** `uses: [photo, optional words]` names modalities. */
function checkUses(elaboration: Elaboration, declaration: TaskDeclaration): boolean {
  const uses = optionOf(declaration, "uses");
  if (!uses) return true;
  const known = allNames(elaboration, "modality");
  const named = (uses.kind === "List" ? uses.items : [uses]).map((item) =>
    item.kind === "Optional" ? item.operand : item,
  );
  reportRepeated(
    declarationFrame(elaboration, declaration.span.file, [], []),
    '"uses"',
    named,
    named.map((item, index) => (item.kind === "Name" ? item.name : index)),
  );
  const unknown = named.filter((modality) => {
    if (modality.kind === "Error" || (modality.kind === "Name" && known.includes(modality.name))) return false;
    if (modality.kind === "Name")
      elaboration.reporter.report("unknown_name", modality.span, {
        name: modality.name,
        kind: "modality",
        nearest: nearest(modality.name, known),
        known,
      });
    else
      elaboration.reporter.report("wrong_type", modality.span, {
        what: 'An element of "uses"',
        expected: "the name of a modality, with `optional` before it if a row may lack it",
        found: describeExpression(modality),
      });
    return true;
  });
  return unknown.length === 0;
}

/** The tasks and modalities that a data set may refer to. */
interface Declared {
  readonly tasks: ReadonlyMap<string, ResolvedTask>;
  readonly modalities: ReadonlyMap<string, ResolvedModality>;
}

/**
 * Resolves a data set. Its fields are the modalities of its tasks and the columns of their targets; each is read from
 * the column of its own name unless it is mapped to another.
 */
export function resolveDataset(
  elaboration: Elaboration,
  declaration: DatasetDeclaration,
  { tasks, modalities }: Declared,
): ResolvedDataset | undefined {
  const splitsAreKnown = checkSplitNames(elaboration, declaration);
  const options = resolve(elaboration, declaration, schema.declarations.dataset);
  if (!options || !splitsAreKnown) return undefined;
  const own = options.tasks.flatMap((name) => tasks.get(name) ?? []);
  const fields = new Set(
    own.flatMap(({ inputs, target }) => {
      const { column, drawnRows } = targetOf(target);
      return [
        ...inputs.map((input) => input.modality),
        ...(column ? [column.name] : []),
        ...(column?.beside === undefined ? [] : [column.beside]),
        ...(drawnRows?.columns ?? []),
      ];
    }),
  );
  const given = options.columns ?? {};
  const columns = Object.fromEntries(
    [...fields].map((field) => [field, columnsOf(given[field] ?? ownColumns(field, modalities.get(field)))]),
  );
  // A data set may also map the column of a modality that none of its tasks uses.
  if (own.length === options.tasks.length)
    knownEntries(
      optionOf(declaration, "columns"),
      "`columns`",
      [...new Set([...fields, ...allNames(elaboration, "modality")])],
      elaboration.reporter,
    );
  const split = resolveSplit(elaboration, declaration, options.path, options.split);
  if (!split || !checkColumnCounts(elaboration, declaration, columns, modalities)) return undefined;
  if (options.memory !== undefined) checkFileColumns(elaboration, declaration, columns, modalities);
  return { ...options, name: declaration.name.name, columns, split };
}

function columnsOf(given: string | ResolvedColumn | readonly (string | ResolvedColumn)[]): ResolvedColumns {
  return typeof given === "string" || isList(given) ? given : [given];
}

function isList(
  given: ResolvedColumn | readonly (string | ResolvedColumn)[],
): given is readonly (string | ResolvedColumn)[] {
  return Array.isArray(given);
}

export function resolveStage(elaboration: Elaboration, declaration: StageDeclaration): ResolvedStage | undefined {
  const overrides = overriddenParams(elaboration, declaration);
  const options = resolve(elaboration, declaration, schema.declarations.stage);
  if (!options || !overrides.sound) return undefined;
  const { reporter } = elaboration;
  const name = declaration.name.name;
  let sound = true;
  const conflict = (first: string, second: string): void => {
    const at = optionOf(declaration, second);
    sound = false;
    if (at) reporter.report("conflicting_options", at.span, { first, second });
  };
  if (options.epochs === undefined && options.steps === undefined)
    reporter.report("steps_or_epochs", declaration.name.span, { stage: name });
  if (options.epochs !== undefined && options.steps !== undefined) conflict("epochs", "steps");
  if (options.freeze !== undefined && options.train !== undefined) conflict("freeze", "train");
  const [tasksAt, epochsAt] = [
    optionOf(declaration, "tasks")?.span ?? declaration.name.span,
    optionOf(declaration, "epochs")?.span,
  ];
  if (options.tasks.length === 0) {
    sound = false;
    reporter.report("wrong_type", tasksAt, {
      what: `"tasks" of the stage "${name}"`,
      expected: "at least one task",
      found: "none",
    });
  }
  if (options.epochs === 0 && epochsAt)
    reporter.report("out_of_range", epochsAt, { what: '"epochs"', value: 0, range: "above 0" });
  if (!haveTheirTypes(elaboration, overrides.entries, options.with ?? {}) || !sound) return undefined;
  // `uncertainty` chooses rows from all tasks, so that its steps are mixed; the checks report any other value.
  const step =
    options.sampler.kind === "uncertainty" && !optionOf(declaration, "step")
      ? { kind: "mixed" as const }
      : options.step;
  return { ...options, step, name };
}

/** The entries of `with` that set params. */
function overriddenParams(elaboration: Elaboration, declaration: StageDeclaration): ReturnType<typeof knownEntries> {
  const params = paramsOf(elaboration.bindings).map((param) => param.name.name);
  return knownEntries(optionOf(declaration, "with"), "`with`, which sets params,", params, elaboration.reporter);
}

function haveTheirTypes(
  elaboration: Elaboration,
  overrides: readonly Entry[],
  values: { readonly [param: string]: AnyValue },
): boolean {
  const params = paramsOf(elaboration.bindings);
  const typed = overrides.map((entry) => {
    const param = params.find((candidate) => candidate.name.name === keyOf(entry));
    return param && typedParamValue(elaboration, param, valueOf(values[keyOf(entry)] ?? null), entry.value.span);
  });
  return typed.every((value) => value !== undefined);
}
