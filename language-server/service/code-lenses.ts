import type { Declaration, Span } from "../../grammar/ast.ts";
import type { Cost, ProgramCost } from "../../compiler/analysis/cost/cost.ts";
import { type KnownCost, costOfPart, shareOf, trainableShare } from "./costs.ts";
import { describeChange, describeCost } from "./describe-cost.ts";
import type { Workspace } from "./workspace.ts";

/** A line above a declaration: its cost, or something to do with it. */
export interface CodeLens {
  readonly at: Span;
  readonly title: string;
  /** Absent for a text. */
  readonly action?: LensAction;
}

export const lensActions = ["check", "train", "graph", "smoke"] as const;
export type LensAction = (typeof lensActions)[number];

/** The lenses of the tasks, stages and streams of a file. */
export function codeLensesOf(workspace: Workspace, path: string): readonly CodeLens[] {
  const analysis = workspace.analyse(path);
  if (!analysis) return [];
  const known = workspace.costs.reading(path);
  return analysis.tree.declarations.flatMap((declaration): readonly CodeLens[] => {
    const title = known && titleOf(declaration, known);
    const at = declaration.span;
    const text = title === undefined ? [] : [{ at, title }];
    if (declaration.kind !== "Task" && declaration.kind !== "Stage") return text;
    const exceeded = known?.exceeded.get(`${declaration.kind.toLowerCase()} ${declaration.name.name}`) ?? [];
    return [
      ...text,
      ...exceeded.map((each) => ({ at, title: `over budget: ${each}` })),
      ...lensActions.map((action) => ({ at, title: action, action })),
    ];
  });
}

/** `221.2 k parameters, 40 % trainable, 1.3 M FLOPs · +0.8 M parameters since it was saved`. */
function titleOf(declaration: Declaration, { cost, of, saved }: KnownCost): string | undefined {
  const now = spendingOf(declaration, cost);
  if (!now) return undefined;
  const before = saved && spendingOf(declaration, saved);
  const shown = describeCost(now.cost, now.trainable);
  if (shown === "") return undefined;
  const changed = before && changeOf(before.cost, now.cost);
  const parts = [shown, ...(changed === undefined ? [] : [`${changed} since it was saved`])];
  return `${parts.join(" · ")}${of === "earlier" ? " …" : ""}`;
}

function changeOf(before: Cost, now: Cost): string | undefined {
  const parameters = describeChange(before.parameters, now.parameters);
  if (parameters !== undefined) return `${parameters} parameters`;
  const flops = describeChange(Math.round(before.flops), Math.round(now.flops));
  return flops === undefined ? undefined : `${flops} FLOPs`;
}

interface Spending {
  readonly cost: Cost;
  readonly trainable: number | undefined;
}

/** The prediction of one example for a stream or a task, and the training for a stage. */
function spendingOf(declaration: Declaration, cost: ProgramCost): Spending | undefined {
  switch (declaration.kind) {
    case "Stream":
    case "Fusion": {
      const part = { kind: declaration.kind === "Stream" ? "stream" : "fusion", name: declaration.name.name } as const;
      const own = costOfPart(cost, part);
      return own && { cost: own, trainable: trainableShare(cost, part) };
    }
    case "Task": {
      const { name } = declaration.name;
      const own = cost.tasks.find(({ task }) => task === name);
      const trained = cost.stages.flatMap(({ tasks }) => tasks).findLast(({ task }) => task === name);
      return own && { cost: own.total, trainable: trained && shareOf(trained.total) };
    }
    case "Stage": {
      const turns = cost.stages.filter(({ stage }) => stage === declaration.name.name);
      const [first, ...others] = turns.map(({ total }) => total);
      if (!first) return undefined;
      const most = others.reduce((largest, total) => (total.flops > largest.flops ? total : largest), first);
      return { cost: most, trainable: shareOf(most) };
    }
    default:
      return undefined;
  }
}
