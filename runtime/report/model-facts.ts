import type { Program } from "../../compiler/stage/checked-program.ts";
import { formatBytes, formatCount, formatWhole } from "../../compiler/analysis/cost/amounts.ts";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { type ProgramCost, memoryOf } from "../../compiler/analysis/cost/cost.ts";
import { buildDiagram } from "../../compiler/diagram/build-diagram.ts";
import { type ModelDiagram, describeWeights } from "../../compiler/diagram/diagram.ts";

/** Facts of the compiler about a model, as texts by name, to be compared with those of another model. */
export interface ModelFacts {
  readonly graph: ReadonlyMap<string, string>;
  readonly cost: ReadonlyMap<string, string>;
}

/** The facts of a program; empty if this version cannot compile it. */
export function modelFacts(program: Program | undefined): ModelFacts {
  if (!program) return { graph: new Map(), cost: new Map() };
  return { graph: new Map(graphFacts(buildDiagram(program))), cost: new Map(costFacts(costOf(program))) };
}

type Fact = readonly [name: string, value: string];

function graphFacts({ nodes, edges }: ModelDiagram): readonly Fact[] {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  return nodes.flatMap((node): readonly Fact[] => {
    const name = `${node.kind} ${node.label}`;
    const reads = edges
      .filter(({ to }) => to === node.id)
      .map(({ from, label }) => `${labels.get(from) ?? from}${label === undefined ? "" : ` as ${label}`}`);
    const facts: readonly Fact[] = [
      [name, node.details.join(" -> ")],
      [`${name}, reads`, reads.join(", ")],
      [`${name}, shape`, node.shapes.join(", ")],
      [`${name}, weights`, describeWeights(node) ?? ""],
    ];
    return facts.filter(([, value]) => value !== "");
  });
}

function costFacts({ parameters, forks, tasks, stages }: ProgramCost): readonly Fact[] {
  return [
    ["parameters", formatWhole(parameters)],
    ...(forks ? [[`parameters more in forks of stage ${forks.stage}`, formatWhole(forks.parameters)] as const] : []),
    ...tasks.map(({ task, total }): Fact => [`task ${task}, FLOPs of a prediction`, formatCount(total.flops)]),
    ...stages.flatMap(({ stage, forTask, total }): readonly Fact[] => {
      const name = forTask === undefined ? `stage ${stage}` : `stage ${stage} for ${forTask}`;
      return [
        [`${name}, parameters trained`, formatWhole(total.parameters - total.frozen)],
        [`${name}, FLOPs per example`, formatCount(total.flops)],
        [`${name}, memory`, formatBytes(memoryOf(total))],
      ];
    }),
  ];
}
