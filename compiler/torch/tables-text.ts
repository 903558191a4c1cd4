import type { DType } from "../graph/graph.ts";
import type { StagePlan, WeightDeclaration } from "../stage/plan.ts";
import type { ResolvedSpecification } from "../schema/resolved.ts";
import type { ExportedTask } from "./lower-to-torch.ts";
import type { TaskGraph } from "./model-emitter.ts";

/** The facts about a model that its training reads. */
export interface ModelTables {
  readonly specification: ResolvedSpecification;
  readonly tasks: readonly ExportedTask[];
  readonly plans: readonly Pick<StagePlan, "stage" | "weights" | "modes">[];
  readonly graphs: readonly TaskGraph[];
  readonly weights: readonly WeightDeclaration[];
}

/** The constants `TASKS`, `FROZEN`, `EVALUATED` and `DECAYED` of the module. */
export function tablesText({ tasks, plans, graphs, weights }: ModelTables): string {
  const known = new Set(weights.map(({ name }) => name));
  const stages = plans.filter(
    ({ stage }, index) => plans.findIndex((each) => each.stage.name === stage.name) === index,
  );
  const weightsOf = (stage: string) =>
    plans
      .filter((plan) => plan.stage.name === stage)
      .flatMap((plan) => plan.weights)
      .filter(({ name }) => known.has(name));
  const frozen = stages.map(({ stage }): readonly [string, readonly string[]] => [
    stage.name,
    [
      ...new Set(
        weightsOf(stage.name)
          .filter(({ kind, trainable }) => kind === "weight" && !trainable)
          .map(({ name }) => name),
      ),
    ],
  ]);
  const evaluated = stages.map(({ stage }): readonly [string, readonly string[]] => [
    stage.name,
    [
      ...new Set(
        plans
          .filter((plan) => plan.stage.name === stage.name)
          .flatMap(({ modes }) => [...modes].flatMap(([place, mode]) => (mode === "evaluate" ? [place] : []))),
      ),
    ],
  ]);
  const decayed = [
    ...new Set(
      stages.flatMap(({ stage }) =>
        weightsOf(stage.name)
          .filter((weight) => weight.decayed)
          .map(({ name }) => name),
      ),
    ),
  ];
  return [
    "# The tensors of each task: the features that it reads, those of its target, and what it predicts. The first axis is that of the examples.",
    "TASKS: dict[str, dict[str, dict[str, tuple[str, tuple[int, ...]]]]] = {",
    ...tasks.flatMap(({ task }) => [
      `    "${task}": {`,
      ...taskEntries(graphs.filter((graph) => graph.task === task)),
      "    },",
    ]),
    "}",
    "",
    "# The weights that a stage does not train.",
    ...table("FROZEN", frozen),
    "",
    "# The modules that work as in evaluation while a stage trains, since all weights around them are frozen.",
    ...table("EVALUATED", evaluated),
    "",
    "# The weights that decay: no biases, norms, or other weights with one axis.",
    ...list("DECAYED: frozenset[str] = frozenset(", decayed, ")"),
  ].join("\n");
}

const dtypes: { readonly [Type in DType]: string } = {
  float32: "float32",
  int32: "int32",
  uint8: "uint8",
  bool: "bool",
};

function taskEntries(graphs: readonly TaskGraph[]): readonly string[] {
  const of = (mode: TaskGraph["mode"]) => graphs.find((graph) => graph.mode === mode);
  const features = (mode: TaskGraph["mode"]) =>
    (of(mode)?.graph.graph.inputs ?? []).flatMap(({ role, value }) =>
      role.kind === "feature" ? [[role.feature, value] as const] : [],
    );
  const read = new Map(features("predict"));
  const target = features("train").filter(([name]) => !read.has(name));
  const outputs = (of("predict")?.graph.outputs ?? []).flatMap(({ role, value }) =>
    role.kind === "prediction" ? [[role.name, value] as const] : [],
  );
  const entry = (name: string, tensors: Iterable<readonly [string, { dtype: DType; shape: readonly number[] }]>) => {
    const entries = [...tensors].map(([each, { dtype, shape }]) => {
      const sizes = shape.slice(1);
      const shown = sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`;
      return `            "${each}": ("${dtypes[dtype]}", ${shown}),`;
    });
    return entries.length === 0 ? [`        "${name}": {},`] : [`        "${name}": {`, ...entries, "        },"];
  };
  return [...entry("features", read), ...entry("target", target), ...entry("outputs", outputs)];
}

function table(name: string, entries: readonly (readonly [string, readonly string[]])[]): readonly string[] {
  const rows = entries.flatMap(([key, names]) => list(`    "${key}": frozenset(`, names, "),", "    "));
  return [`${name}: dict[str, frozenset[str]] = {`, ...rows, "}"];
}

function list(head: string, names: readonly string[], tail: string, indent = ""): readonly string[] {
  if (names.length === 0) return [`${head}${tail}`];
  return [
    head,
    `${indent}    [`,
    ...names.map((name) => `${indent}        "${name}",`),
    `${indent}    ]`,
    `${indent}${tail}`,
  ];
}
