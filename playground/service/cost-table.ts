import { type Part, type StageCost, memoryOf } from "../../compiler/analysis/cost/cost.ts";
import { type KnownCost, costOfPart, shareOf, trainableShare } from "../../language-server/service/costs.ts";
import type { CostTable } from "./protocol.ts";

export type PartKind = Part["kind"];

/** The cost of a declaration when one example is predicted. */
export interface PartRow {
  readonly kind: PartKind;
  readonly name: string;
  readonly parameters: number;
  /** The part of the parameters that the last stage trains, between 0 and 1; absent without parameters. */
  readonly trained?: number;
  readonly flops: number;
}

/** The cost of one step of a stage. */
export interface StageRow {
  readonly name: string;
  readonly tasks: readonly string[];
  readonly parameters: number;
  readonly trained: number;
  /** Operations for one example, forward and backward. */
  readonly flops: number;
  /** Weights, optimizer and activations of a step at its peak. */
  readonly bytes: number;
}

/** The costs of a specification as rows: an element for each declaration that has weights or computes, and one for each stage. */
export function costTable({ cost, exceeded }: KnownCost): CostTable {
  const parts = new Map(cost.tasks.flatMap((task) => task.parts.map((part) => [`${part.kind} ${part.name}`, part])));
  return {
    parameters: cost.parameters,
    parts: [...parts.values()].flatMap((part): readonly PartRow[] => {
      const { parameters = 0, flops = 0 } = costOfPart(cost, part) ?? {};
      const trained = trainableShare(cost, part);
      if (parameters + flops === 0) return [];
      return [{ kind: part.kind, name: part.name, parameters, flops, ...(trained === undefined ? {} : { trained }) }];
    }),
    stages: cost.stages.map(stageRow),
    exceeded: [...exceeded].flatMap(([name, texts]) => texts.map((text) => `${name} ${text}`)),
  };
}

function stageRow({ stage, forTask, tasks, total }: StageCost): StageRow {
  return {
    name: forTask === undefined ? stage : `${stage}, ${forTask}`,
    tasks: tasks.map(({ task }) => task),
    parameters: total.parameters,
    trained: shareOf(total) ?? 0,
    flops: total.flops,
    bytes: memoryOf(total),
  };
}
