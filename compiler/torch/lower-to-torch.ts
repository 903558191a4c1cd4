import type { ResolvedSpecification } from "../schema/resolved.ts";
import type { StagePlan, WeightDeclaration } from "../stage/plan.ts";
import { rulesOf } from "../semantics.ts";
import { Classes } from "./classes.ts";
import { TextWriter } from "./class-text.ts";
import { type SupportName, helpers, supports } from "./helpers.ts";
import { constantOfData } from "./constants.ts";
import { ModelEmitter, type TaskGraph } from "./model-emitter.ts";
import { openDropouts, scopedGraph } from "./scopes.ts";
import { pythonNumber } from "../lower/torch/sources.ts";
import { passMethods } from "./pass-text.ts";
import { generationMethods } from "./generation-text.ts";
import { type TaskLines, taskLines } from "./task-text.ts";
import { type ModelTables, tablesText } from "./tables-text.ts";
import { wrapped } from "./wrap.ts";

export interface TorchModel {
  /** The text of `model.py`. */
  readonly text: string;
  /** Every weight and state of the model, in the order of the tasks that use them first. */
  readonly weights: readonly WeightDeclaration[];
  /** The names of the parameters and buffers that the module makes. */
  readonly made: readonly string[];
}

/** A task, with the plan by which it is written. */
export interface ExportedTask {
  readonly task: string;
  readonly plan: StagePlan;
}

export interface TorchModelRequest {
  readonly specification: ResolvedSpecification;
  readonly tasks: readonly ExportedTask[];
  /** The plans of all stages, for what they freeze. */
  readonly plans: readonly Pick<StagePlan, "stage" | "weights" | "modes">[];
  /** For tasks whose data lacks classes, 1 for those that it has. */
  readonly classMasks?: ReadonlyMap<string, readonly number[]>;
}

const modes = ["train", "evaluate", "predict"] as const;

/** Writes the model of a specification as a Python module of PyTorch. Throws `NotExported` where it has no text. */
export function lowerToTorch({ specification, tasks, plans, classMasks = new Map() }: TorchModelRequest): TorchModel {
  const rules = rulesOf(specification);
  const sized = tasks.flatMap(({ task, plan }) =>
    modes.map((mode) => ({ task, mode, graph: plan.blocks(task, mode) })),
  );
  const open = new Set(sized.flatMap(({ graph }) => openDropouts(graph, rules)));
  const graphs = sized.map((each): TaskGraph => ({ ...each, graph: scopedGraph(each.graph, rules, open) }));
  const weights = [
    ...new Map(graphs.flatMap(({ graph }) => graph.weights.map((weight) => [weight.name, weight] as const))).values(),
  ];
  const taken = [...Object.keys(supports), ...Object.keys(helpers), "Model", "TASKS", "FROZEN", "DECAYED", "mixing"];
  const emitter = new ModelEmitter(graphs, taken);
  const classes = new Classes(emitter, weights, taken);
  const written = new Map<string, TaskLines[]>();
  const root: { path: string; kind: "block"; scopes: []; methods: []; constants: typeof emitter.rootConstants } = {
    path: "",
    kind: "block",
    scopes: [],
    methods: [],
    constants: emitter.rootConstants,
  };
  const numbers = new Map<TaskLines, ReturnType<Classes["partsOf"]>["numbers"]>();
  for (const graph of graphs) {
    const { lines, slots } = taskLines(emitter, graph, specification);
    written.set(graph.task, [...(written.get(graph.task) ?? []), lines]);
    numbers.set(lines, [...slots]);
  }
  const predicting = graphs.filter(({ mode }) => mode === "predict");
  const more = [
    ...passMethods(emitter, predicting, specification),
    ...predicting.flatMap((graph) => generationMethods(emitter, graph, specification)),
  ];
  for (const { task, graph } of graphs)
    for (const { role, value } of graph.graph.inputs)
      if (role.kind === "class_mask") {
        const data = classMasks.get(task) ?? Array.from({ length: value.shape[0] ?? 0 }, () => 1);
        emitter.rootConstants.set(`class_mask_of_${task}`, constantOfData("float32", value.shape, data));
      }
  const parts = classes.partsOf(root);
  const writer = new TextWriter(emitter, classes);
  const literal =
    (list: readonly { readonly value: number }[] = []) =>
    (slot: number): string =>
      pythonNumber(list[slot]?.value ?? 0);
  const filled = (of: TaskLines, lines: readonly string[]): readonly string[] =>
    writer.filled(lines, literal(numbers.get(of)));
  const methods = [
    ...tasks.flatMap(({ task }) => taskMethods(task, written.get(task) ?? [], filled)),
    ...more.flatMap((method) =>
      methodLines({ ...method, lines: writer.filled(method.lines, literal(method.numbers)) }),
    ),
  ];
  const model = [
    "class Model(nn.Module):",
    `    """${docOf(specification.model)}"""`,
    ...writer.annotations(parts),
    "",
    "    def __init__(self) -> None:",
    "        super().__init__()",
    "        # Numbers that a training may set by name. `progress`, the share of a stage's updates that are done, is 1 unless it is set.",
    "        self.numbers: dict[str, float] = {}",
    ...writer.initLines(parts, literal(parts.numbers)),
    "",
    ...forwardLines(tasks.map(({ task }) => task)),
    ...methods,
  ].join("\n");
  const bodies = [
    ...emitter.functions.map((made) => writer.functionText(made)),
    ...classes.all.map((made) => writer.classText(made)),
    model,
  ];
  const tables: ModelTables = { specification, tasks, plans, graphs, weights };
  const support = supportsOf(bodies.join("\n"), emitter);
  const code = [...support, ...bodies];
  const text = [`${headerOf(specification.model.name, code.join("\n"))}\n\n${tablesText(tables)}`, ...code];
  return { text: `${text.join("\n\n\n")}\n`, weights, made: classes.weightsMade(parts) };
}

function docOf({ title, name }: ResolvedSpecification["model"]): string {
  const doc = title ?? name;
  return `${doc.replaceAll('"', "'")}${/[.!?]$/.test(doc) ? "" : "."}`;
}

function headerOf(name: string, text: string): string {
  const uses = (module: string): boolean => new RegExp(`\\b${module}\\b`).test(text);
  return [
    `"""The model ${name}, exported by mtl. Every weight has the name that it has in mtl."""`,
    "",
    "from __future__ import annotations",
    "",
    ...["base64", "math"].filter((module) => uses(`${module}\\.`)).map((module) => `import ${module}`),
    ...(uses("Any") ? ["from typing import Any"] : []),
    "",
    "import torch",
    "import torch.nn.functional as F",
    ...(uses("linear_sum_assignment") ? ["from scipy.optimize import linear_sum_assignment"] : []),
    "from torch import Tensor, nn",
  ].join("\n");
}

/** The functions and modules that the text uses. */
function supportsOf(text: string, emitter: ModelEmitter): readonly string[] {
  const isUsed = (name: string): boolean => new RegExp(`\\b${name}\\(`).test(text);
  const wanted = new Set<SupportName>(["give", "Dropout", "RandomBytes"]);
  for (const name of ["put", "part", "weight", "state", "stored", "mixing", "number"] as const)
    if (isUsed(name)) wanted.add(name);
  if (wanted.has("weight") || wanted.has("state")) wanted.add("part");
  const order = Object.keys(supports) as SupportName[];
  return [
    ...order.filter((name) => wanted.has(name)).map((name) => supports[name]),
    ...[...emitter.helpers].map((name) => helpers[name]),
  ];
}

function forwardLines(tasks: readonly string[]): readonly string[] {
  const signature =
    "self, task: str, features: dict[str, Tensor], row_weight: Tensor | None = None, random: dict[str, Tensor] | None = None";
  return [
    ...wrapped(`def forward(${signature}) -> dict[str, Tensor]:`, 4),
    '        """The outputs of a task by name; with weights of rows also its loss, the weighted mean of the rows, and its weight.',
    "",
    "        The features of the target are needed for the loss alone. `random` has bytes of random sites by name.",
    '        """',
    "        if random is not None:",
    "            give(self, random)",
    ...tasks.flatMap((task) => [
      `        if task == "${task}":`,
      `            return self.task_${task}(features, row_weight)`,
    ]),
    '        raise KeyError(f"The model has no task {task}.")',
  ];
}

interface Method {
  readonly signature: string;
  readonly doc?: string;
  readonly lines: readonly string[];
}

function methodLines({ signature, doc, lines }: Method): readonly string[] {
  return [
    "",
    ...wrapped(signature, 4),
    ...(doc === undefined ? [] : [`        """${doc}"""`]),
    ...lines.flatMap((line) => wrapped(line.trimStart(), 8 + line.length - line.trimStart().length)),
  ];
}

/** One method for a task; where modes differ, one for each. */
function taskMethods(
  task: string,
  lines: readonly TaskLines[],
  filled: (of: TaskLines, lines: readonly string[]) => readonly string[],
): readonly string[] {
  const [train, evaluate, predict] = lines;
  if (!train || !evaluate || !predict) throw new Error("a task has three modes");
  const textOf = (each: TaskLines): { readonly predicted: string; readonly whole: string } => {
    const predicted = filled(each, each.predicted).join("\n");
    return { predicted, whole: [predicted, ...filled(each, each.loss)].join("\n") };
  };
  const isOne = textOf(train).whole === textOf(evaluate).whole;
  const needsPredict = predict.meaning !== evaluate.meaning;
  const method = (name: string, each: TaskLines, before: readonly string[]): readonly string[] =>
    methodLines({
      signature: `def ${name}(self, features: dict[str, Tensor], row_weight: Tensor | None) -> dict[str, Tensor]:`,
      lines: [...before, ...filled(each, [...each.predicted, ...each.loss]), "return outputs"],
    });
  const branches = ["if not self.training:", `    return self.evaluate_${task}(features, row_weight)`];
  const toPredict = needsPredict
    ? ["if row_weight is None:", `    return self.predict_${task}(features, row_weight)`]
    : [];
  const whole = isOne ? toPredict.map((line) => line.replace("if ", "if not self.training and ")) : branches;
  return [
    ...method(`task_${task}`, train, whole),
    ...(isOne ? [] : method(`evaluate_${task}`, evaluate, toPredict)),
    ...(needsPredict ? method(`predict_${task}`, predict, []) : []),
  ];
}
