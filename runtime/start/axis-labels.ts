import { labelAxes } from "../../compiler/label-axes.ts";
import type { LabelAxis } from "../../compiler/label-axes.ts";
import type { StagePlan } from "../../compiler/plan.ts";
import type { Preprocessing } from "../data/data.ts";
import type { Program } from "../train/program.ts";
import type { AxisLabels } from "./match-weights.ts";

export interface LabelledModels {
  readonly program: Program;
  readonly plans: readonly StagePlan[];
  readonly here: Preprocessing;
  readonly there: Preprocessing;
}

/** Rows of a graph that is only looked at. */
const ROWS = 2;

/** By the key of the weight, the axes that have names in both models: classes in the layers that predict them, pieces of text in tables that they are looked up in. */
export function axisLabels({ program, plans, here, there }: LabelledModels): ReadonlyMap<string, AxisLabels> {
  const labels = new Map<string, AxisLabels>();
  for (const plan of plans) {
    for (const task of plan.tasks) {
      for (const [weight, { axis, of }] of labelAxes(plan.predict(task, { batch: ROWS }))) {
        const source = sourceOf(program, task, of);
        const [ours, theirs] = [source && namesOf(here, source), source && namesOf(there, source)];
        if (source && ours && theirs) labels.set(weight, { axis, of: `${source.kind} ${source.name}`, here: ours, there: theirs });
      }
    }
  }
  return labels;
}

/** Whose names the places of an axis have. */
interface LabelSource {
  readonly kind: "task" | "modality";
  readonly name: string;
}

function sourceOf({ specification }: Program, task: string, of: LabelAxis["of"]): LabelSource | undefined {
  if (of.kind === "feature") return of.feature.endsWith(".ids") ? { kind: "modality", name: of.feature.slice(0, -".ids".length) } : undefined;
  const target = specification.tasks[task]?.target;
  if (target?.kind === "masked") return { kind: "modality", name: target.modality };
  return { kind: "task", name: task };
}

function namesOf({ classes, tokenizers }: Preprocessing, { kind, name }: LabelSource): readonly string[] | undefined {
  if (kind === "task") return classes[name];
  const document = tokenizers[name] as { readonly model: { readonly vocab: { readonly [piece: string]: number } }; readonly added_tokens: readonly { readonly id: number; readonly content: string }[] } | undefined;
  if (!document) return undefined;
  const pieces: string[] = [];
  for (const [piece, id] of [...Object.entries(document.model.vocab), ...document.added_tokens.map(({ content, id }) => [content, id] as const)]) pieces[id] = piece;
  return Array.from(pieces, (piece) => piece ?? "");
}
