import type { DatasetDeclaration, StageDeclaration, TaskDeclaration } from "../../grammar/ast.ts";
import { type Elaboration, report } from "../elaborate/elaboration.ts";
import { declarationFrame } from "../elaborate/symbol-values.ts";
import { optionOf, usesOf } from "../elaborate/uses.ts";
import { describeTarget } from "../elaborate/elaborate-task.ts";
import { defaultMetrics } from "../schema/defaults.ts";
import { metricTargets } from "../schema/metric-targets.ts";
import type { ResolvedDataset, ResolvedMetric, ResolvedModality, ResolvedStage, ResolvedTask } from "../schema/resolved.ts";
import { schema } from "../schema/schema.ts";
import type { AnyValue, OptionTable } from "../schema/types.ts";
import { resolveCall } from "./resolve-option.ts";
import { givenOf, resolveOptions } from "./resolve-options.ts";
import { resolveSplit } from "./split.ts";

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
  const options = resolve(elaboration, declaration, schema.declarations.task);
  if (!options) return undefined;
  const inputs = [...usesOf(elaboration.bindings, declaration)].map(([modality, presence]) => ({ modality, optional: presence === "optional" }));
  const target = options.target as unknown as ResolvedTask["target"];
  const metrics = (options.metrics as unknown as readonly ResolvedMetric[] | undefined) ?? defaultMetrics[target.kind];
  const task = { ...options, name: declaration.name.name, metrics, inputs } as unknown as ResolvedTask;
  const at = optionOf(declaration, "metrics");
  for (const metric of metrics) {
    if (metricTargets[metric.kind].includes(target.kind) || !at) continue;
    const fitting = Object.entries(metricTargets).filter(([, targets]) => targets.includes(target.kind)).map(([name]) => name);
    report(elaboration, declarationFrame(elaboration, at.span.file, [], []), "metric_target", at.span, { metric: metric.kind, target: describeTarget(target), fitting: fitting.join(", ") });
  }
  return task;
}

/** Fields are the modalities of a data set's tasks and the columns of their targets; each has a column of its own name unless one is given. */
export function resolveDataset(elaboration: Elaboration, declaration: DatasetDeclaration, tasks: ReadonlyMap<string, ResolvedTask>): ResolvedDataset | undefined {
  const options = resolve(elaboration, declaration, schema.declarations.dataset);
  if (!options) return undefined;
  const own = (options.tasks as readonly string[]).flatMap((name) => tasks.get(name) ?? []);
  const fields = new Set(own.flatMap((task) => [...task.inputs.map((input) => input.modality), task.target.column]));
  const given = (options.columns ?? {}) as { readonly [field: string]: string | readonly string[] };
  const columns = Object.fromEntries([...fields].map((field) => [field, given[field] ?? field]));
  const at = optionOf(declaration, "columns");
  for (const field of Object.keys(given)) {
    if (!fields.has(field) && at) reportField(elaboration, declaration, field, [...fields]);
  }
  const split = resolveSplit(elaboration, declaration, options.path as string | { readonly [split: string]: string }, options.split as { readonly [key: string]: number | string } | undefined);
  if (!split) return undefined;
  return { ...options, name: declaration.name.name, columns, split } as unknown as ResolvedDataset;
}

function reportField(elaboration: Elaboration, declaration: DatasetDeclaration, field: string, fields: readonly string[]): void {
  const columns = optionOf(declaration, "columns");
  const entry = columns?.kind === "Map" ? columns.entries.find(({ key }) => (key.kind === "String" ? key.value : key.name) === field) : undefined;
  const frame = declarationFrame(elaboration, declaration.span.file, [], []);
  report(elaboration, frame, "unknown_option", entry?.key.span ?? declaration.name.span, { option: field, of: "`columns`", known: fields.join(", ") || "no fields" });
}

export function resolveStage(elaboration: Elaboration, declaration: StageDeclaration): ResolvedStage | undefined {
  const options = resolve(elaboration, declaration, schema.declarations.stage);
  if (!options) return undefined;
  const frame = declarationFrame(elaboration, declaration.span.file, [], []);
  const name = declaration.name.name;
  const conflict = (first: string, second: string): void => {
    const at = optionOf(declaration, second);
    if (at) report(elaboration, frame, "conflicting_options", at.span, { first, second });
  };
  if (options.epochs === undefined && options.steps === undefined) report(elaboration, frame, "steps_or_epochs", declaration.name.span, { stage: name });
  if (options.epochs !== undefined && options.steps !== undefined) conflict("epochs", "steps");
  if (options.freeze !== undefined && options.train !== undefined) conflict("freeze", "train");
  return { ...options, name } as unknown as ResolvedStage;
}

