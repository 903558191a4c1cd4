import { labelAxes } from "../../compiler/analysis/label-axes.ts";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { tableColumns, tableVocabulary } from "../../compiler/features/table-columns.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { TargetOutput } from "../../compiler/targets/target.ts";
import type { LabelAxis } from "../../compiler/analysis/label-axes.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Preprocessing } from "../data/data.ts";
import type { Program } from "../train/program.ts";
import type { AxisLabels } from "./match-weights.ts";

export interface LabelledModels {
  readonly program: Program;
  readonly plans: readonly StagePlan[];
  readonly here: Naming;
  readonly there: Naming;
}

/** Returns the names of the indices of an axis, in order; `undefined` if they are not known. */
export type Naming = (source: LabelSource) => readonly string[] | undefined;

/** Axes of weights whose indices have a meaning, with names on both sides or without. */
export interface NamedAxes {
  readonly labels: ReadonlyMap<string, AxisLabels>;
  /** By weight key, the modality whose tokens are the rows of the weight, if the names in the source are not known. */
  readonly unnamed: ReadonlyMap<string, string>;
}

/** The batch size of a graph that is only analysed. */
const ROWS = 2;

/**
 * By the key of the weight, the axes that have names in both models: classes in the layers that predict them, pieces of
 * text in tables that they are looked up in.
 */
export function axisLabels({ program, plans, here, there }: LabelledModels): NamedAxes {
  const labels = new Map<string, AxisLabels>();
  const unnamed = new Map<string, string>();
  for (const plan of plans) {
    for (const task of plan.tasks) {
      for (const [weight, { axis, of }] of labelAxes(plan.predict(task, { batch: ROWS }), outputsOf(program, task))) {
        const source = sourceOf(program, task, of);
        const [ours, theirs] = [source && here(source), source && there(source)];
        if (source && ours && theirs)
          labels.set(weight, {
            axis,
            of: `${source.kind} ${source.name}`,
            here: ours,
            there: theirs,
            ...(of.kind === "prediction" && of.labels === "classes_and_none" ? { none: "last" } : {}),
          });
        else if (source?.kind === "modality" && ours) unnamed.set(weight, source.name);
      }
    }
  }
  return { labels, unnamed };
}

function outputsOf({ specification }: Program, name: string): readonly TargetOutput[] {
  const task = specification.tasks[name];
  return task ? taskTarget(task, specification).outputs : [];
}

/** The source of the names of an axis. */
export interface LabelSource {
  readonly kind: "task" | "modality";
  readonly name: string;
}

function sourceOf({ specification }: Program, task: string, of: LabelAxis["of"]): LabelSource | undefined {
  if (of.kind === "feature")
    return of.feature.endsWith(".ids") ? { kind: "modality", name: of.feature.slice(0, -".ids".length) } : undefined;
  const target = specification.tasks[task]?.target;
  const vocabularyOf = target && targetOf(target).vocabularyOf;
  return vocabularyOf === undefined ? { kind: "task", name: task } : { kind: "modality", name: vocabularyOf };
}

/** The names that a model knows from its preprocessing and from its declarations. */
export function namingOf(
  preprocessing: Preprocessing,
  modalities: ResolvedSpecification["modalities"] | undefined,
): Naming {
  return ({ kind, name }) =>
    kind === "task" ? preprocessing.classes[name] : namesOfModality(preprocessing, name, modalities?.[name]);
}

/** The names of a modality's ids: the pieces of a text, or the categories of a table's columns. */
export function namesOfModality(
  { tokenizers, categories = {} }: Preprocessing,
  name: string,
  modality: ResolvedModality | undefined,
): readonly string[] | undefined {
  if (modality?.kind === "table") return tableNames(modality, categories[name] ?? {});
  const document = tokenizers[name] as
    | {
        readonly model: { readonly vocab: { readonly [piece: string]: number } };
        readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
      }
    | undefined;
  if (!document) return undefined;
  const pieces: string[] = [];
  for (const [piece, id] of [
    ...Object.entries(document.model.vocab),
    ...document.added_tokens.map(({ content, id }) => [content, id] as const),
  ])
    pieces[id] = piece;
  return Array.from(pieces, (piece) => piece ?? "");
}

function tableNames(
  modality: Extract<ResolvedModality, { readonly kind: "table" }>,
  categories: { readonly [column: string]: readonly string[] },
): readonly string[] {
  const names = Array.from({ length: tableVocabulary(modality) }, () => "");
  for (const column of tableColumns(modality)) {
    names[column.missing] = JSON.stringify([column.name, "missing"]);
    if (column.kind === "numeric") names[column.present] = JSON.stringify([column.name, "present"]);
    else {
      names[column.unknown] = JSON.stringify([column.name, "unknown"]);
      for (const [place, category] of (categories[column.name] ?? []).entries())
        names[column.first + place] = JSON.stringify([column.name, "is", category]);
    }
  }
  return names;
}
