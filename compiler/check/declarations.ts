import type { DatasetDeclaration, StageDeclaration, TaskDeclaration } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { declarationFrame } from "../elaborate/symbol-values.ts";
import { optionOf, usesOf } from "../elaborate/uses.ts";
import { describeTarget } from "../elaborate/elaborate-task.ts";
import { defaultMetrics } from "../schema/defaults.ts";
import { metricTargets } from "../schema/metric-targets.ts";
import type { ResolvedDataset, ResolvedMetric, ResolvedModality, ResolvedStage, ResolvedTask } from "../schema/resolved.ts";
import { schema } from "../schema/schema.ts";
import type { AnyValue, OptionTable } from "../schema/types.ts";
import { keyOf, knownEntries } from "./map-keys.ts";
import { paramsOf, typedParamValue } from "./params.ts";
import { valueOf } from "./plain-values.ts";
import { allNames, describeExpression, resolveCall } from "./resolve-option.ts";
import { givenOf, resolveOptions } from "./resolve-options.ts";
import { checkSplitNames, resolveSplit } from "./split.ts";

type Resolved = { readonly [option: string]: AnyValue };

function resolve(elaboration: Elaboration, declaration: TaskDeclaration | DatasetDeclaration | StageDeclaration, table: OptionTable): Resolved | undefined {
  const frame = declarationFrame(elaboration, declaration.span.file, [], []);
  const name = `${declaration.kind.toLowerCase()} "${declaration.name.name}"`;
  return resolveOptions(elaboration, frame, table, givenOf(declaration.options), { name: `The ${name}`, at: declaration.name.span });
}

export function resolveModalities(elaboration: Elaboration): Map<string, ResolvedModality> {
  const modalities = new Map<string, ResolvedModality>();
  for (const symbol of elaboration.bindings.scopes.get(elaboration.bindings.entry)?.symbols.values() ?? []) {
    if (symbol.kind !== "Modality") continue;
    const frame = declarationFrame(elaboration, symbol.span.file, [], symbol.value);
    const resolved = resolveCall(elaboration, frame, symbol.value, "modality");
    if (resolved) modalities.set(symbol.name.name, resolved as unknown as ResolvedModality);
  }
  return modalities;
}

export function resolveTask(elaboration: Elaboration, declaration: TaskDeclaration): ResolvedTask | undefined {
  const usesAreKnown = checkUses(elaboration, declaration);
  const options = resolve(elaboration, declaration, schema.declarations.task);
  if (!options || !usesAreKnown) return undefined;
  const inputs = [...usesOf(elaboration.bindings, declaration)].map(([modality, presence]) => ({ modality, optional: presence === "optional" }));
  const target = options.target as unknown as ResolvedTask["target"];
  const metrics = (options.metrics as unknown as readonly ResolvedMetric[] | undefined) ?? defaultMetrics[target.kind];
  const task = { ...options, name: declaration.name.name, metrics, inputs } as unknown as ResolvedTask;
  const given = optionOf(declaration, "metrics");
  const places = given?.kind === "List" ? given.items : [given];
  for (const [index, metric] of metrics.entries()) {
    const at = places[index];
    if (metricTargets[metric.kind].includes(target.kind) || !at) continue;
    const fitting = Object.entries(metricTargets).filter(([, targets]) => targets.includes(target.kind)).map(([name]) => name);
    elaboration.reporter.report("metric_target", at.span, { metric: metric.kind, target: describeTarget(target), fitting: fitting.join(", ") });
  }
  return task;
}

/** `uses: [photo, optional words]` names modalities. */
function checkUses(elaboration: Elaboration, declaration: TaskDeclaration): boolean {
  const uses = optionOf(declaration, "uses");
  if (!uses) return true;
  const known = allNames(elaboration, "modality");
  const unknown = (uses.kind === "List" ? uses.items : [uses]).filter((item) => {
    const modality = item.kind === "Optional" ? item.operand : item;
    if (modality.kind === "Error" || (modality.kind === "Name" && known.includes(modality.name))) return false;
    if (modality.kind === "Name") elaboration.reporter.report("unknown_name", modality.span, { name: modality.name, kind: "modality", nearest: nearest(modality.name, known), known });
    else elaboration.reporter.report("wrong_type", modality.span, { what: 'An element of "uses"', expected: "the name of a modality, with `optional` before it if a row may lack it", found: describeExpression(modality) });
    return true;
  });
  return unknown.length === 0;
}

/** Fields are the modalities of a data set's tasks and the columns of their targets; each has a column of its own name unless one is given. */
export function resolveDataset(elaboration: Elaboration, declaration: DatasetDeclaration, tasks: ReadonlyMap<string, ResolvedTask>): ResolvedDataset | undefined {
  const splitsAreKnown = checkSplitNames(elaboration, declaration);
  const options = resolve(elaboration, declaration, schema.declarations.dataset);
  if (!options || !splitsAreKnown) return undefined;
  const own = (options.tasks as readonly string[]).flatMap((name) => tasks.get(name) ?? []);
  const fields = new Set(own.flatMap((task) => [...task.inputs.map((input) => input.modality), task.target.column]));
  const given = (options.columns ?? {}) as { readonly [field: string]: string | readonly string[] };
  const columns = Object.fromEntries([...fields].map((field) => [field, given[field] ?? field]));
  // A modality that no task of the data set uses may have its column named all the same.
  if (own.length === (options.tasks as readonly string[]).length) knownEntries(optionOf(declaration, "columns"), "`columns`", [...new Set([...fields, ...allNames(elaboration, "modality")])], elaboration.reporter);
  const split = resolveSplit(elaboration, declaration, options.path as string | { readonly [split: string]: string }, options.split as { readonly [key: string]: number | string } | undefined);
  if (!split) return undefined;
  return { ...options, name: declaration.name.name, columns, split } as unknown as ResolvedDataset;
}

export function resolveStage(elaboration: Elaboration, declaration: StageDeclaration): ResolvedStage | undefined {
  const paramsAreKnown = checkWithNames(elaboration, declaration).sound;
  const options = resolve(elaboration, declaration, schema.declarations.stage);
  if (!options || !paramsAreKnown) return undefined;
  const { reporter } = elaboration;
  const name = declaration.name.name;
  let sound = true;
  const conflict = (first: string, second: string): void => {
    const at = optionOf(declaration, second);
    sound = false;
    if (at) reporter.report("conflicting_options", at.span, { first, second });
  };
  if (options.epochs === undefined && options.steps === undefined) reporter.report("steps_or_epochs", declaration.name.span, { stage: name });
  if (options.epochs !== undefined && options.steps !== undefined) conflict("epochs", "steps");
  if (options.freeze !== undefined && options.train !== undefined) conflict("freeze", "train");
  const [tasksAt, epochsAt] = [optionOf(declaration, "tasks")?.span ?? declaration.name.span, optionOf(declaration, "epochs")?.span];
  if ((options.tasks as readonly string[]).length === 0) {
    sound = false;
    reporter.report("wrong_type", tasksAt, { what: `"tasks" of the stage "${name}"`, expected: "at least one task", found: "none" });
  }
  if (options.epochs === 0 && epochsAt) reporter.report("out_of_range", epochsAt, { what: '"epochs"', value: 0, range: "above 0" });
  if (!checkWith(elaboration, declaration, (options.with ?? {}) as { readonly [param: string]: AnyValue }) || !sound) return undefined;
  return { ...options, name } as unknown as ResolvedStage;
}

function checkWithNames(elaboration: Elaboration, declaration: StageDeclaration): ReturnType<typeof knownEntries> {
  const params = paramsOf(elaboration.bindings).map((param) => param.name.name);
  return knownEntries(optionOf(declaration, "with"), "`with`, which sets params,", params, elaboration.reporter);
}

/** What a stage sets are params, each to a value of its type. */
function checkWith(elaboration: Elaboration, declaration: StageDeclaration, values: { readonly [param: string]: AnyValue }): boolean {
  const params = paramsOf(elaboration.bindings);
  const { entries, sound } = checkWithNames(elaboration, declaration);
  const typed = entries.map((entry) => {
    const param = params.find((candidate) => candidate.name.name === keyOf(entry));
    return param && typedParamValue(elaboration, param, valueOf(values[keyOf(entry)] ?? null), entry.value.span);
  });
  return sound && typed.every((value) => value !== undefined);
}
