import { NotExported } from "../../../compiler/lower/torch/not-exported.ts";
import {
  type ExportedTask,
  type TorchModel,
  type TorchModelRequest,
  lowerToTorch,
} from "../../../compiler/torch/lower-to-torch.ts";
import { sizeOf } from "../../../compiler/graph/graph.ts";
import type { StagePlan, WeightDeclaration } from "../../../compiler/stage/plan.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import { type Tensors, writeTensors } from "../../checkpoint/checkpoint.ts";
import type { Preprocessing } from "../../data/data.ts";
import { classMask } from "../../data/batch/class-mask.ts";
import { writeJson, writeText } from "../../files/checked-json.ts";
import { dirname, join } from "../../host/paths.ts";
import { packageVersion } from "../../package-version.ts";
import { startSummary } from "../../pretrained/start-report.ts";
import { untrainedWeights } from "../../pretrained/untrained-weights.ts";
import { phasesOf } from "../../train/phase/phases.ts";
import { servedTasks } from "../../train/phase/served-tasks.ts";
import { planOf } from "../../train/phase/trainer.ts";
import { UserError } from "../../user-error.ts";
import { type CompileSource, type SourceOptions, openSource } from "../compile-source.ts";
import { learntFromData } from "../compile-to-folder.ts";
import { hashFiles } from "../compiled-folder.ts";
import { type Replaceable, replaceFolder } from "../replace-folder.ts";
import { modelCard } from "./model-card.ts";
import { type TorchConfig, ownFilesOfTorch, torchConfigName } from "./torch-config.ts";
import { torchWeights } from "./torch-weights.ts";
import { writePreprocessing } from "./write-preprocessing.ts";

export interface ExportTorchOptions extends SourceOptions {
  /** The folder of the data, as in training; needed if a stage of an untrained specification starts from outside. */
  readonly data?: string;
  /** Receives notes about weights that stages of an untrained specification take from outside. */
  readonly onNote?: (note: string) => void;
  /** The folder that may be replaced; by default one that this function wrote. */
  readonly replace?: Replaceable;
  /** The preprocessing that was learnt from the data, for a specification that was not trained. */
  readonly preprocessing?: Preprocessing;
  /** Writes further files into the folder, before they are listed. */
  readonly addFiles?: (folder: string, source: CompileSource) => Promise<void>;
}

/**
 * Writes a model as a Python module of PyTorch, with its weights, its configuration and a model card. The folder is replaced
 * completely or not at all. Throws a `UserError`.
 */
export async function exportTorch(folder: string, options: ExportTorchOptions): Promise<TorchConfig> {
  const opened = await openSource(options);
  const source = options.preprocessing ? { preprocessing: options.preprocessing, ...opened } : opened;
  const contents = await contentsOf(source, options);
  const { specification } = source.compiled.program;
  const result: { config?: TorchConfig } = {};
  const fill = async (partial: string): Promise<void> => {
    await writeText(join(partial, "model.py"), contents.text);
    await writeText(join(partial, "pyproject.toml"), pyproject);
    for (const [name, tensors] of contents.tensors) await writeTensors(join(partial, name), tensors);
    const { preprocessing } = source;
    if (preprocessing) await writePreprocessing(partial, { specification, preprocessing, tasks: contents.tasks });
    await options.addFiles?.(partial, source);
    const config = { ...contents.config, files: ["README.md", ...Object.keys(await hashFiles(partial))] };
    await writeText(join(partial, "README.md"), modelCard({ config, specification }));
    await writeJson(join(partial, torchConfigName), config);
    result.config = config;
  };
  await replaceFolder({ path: folder, replace: options.replace ?? "own", ownFiles: ownFilesOfTorch, fill });
  if (!result.config) throw new Error("the folder was not filled");
  return result.config;
}

/** The settings by which formatters and type checkers have nothing to say about the module. */
const pyproject = `[tool.black]
line-length = 120

[tool.ruff]
line-length = 120

[tool.ruff.lint]
select = ["E4", "E7", "E9", "F", "I"]

[tool.mypy]
strict = true
# Calls of modules, and some methods of tensors, are not typed in torch.
warn_return_any = false
disallow_untyped_calls = false
disallow_untyped_decorators = false

[[tool.mypy.overrides]]
module = "scipy.*"
ignore_missing_imports = true
`;

interface Contents {
  readonly text: string;
  /** Each task, with the plan of the stage that has it. */
  readonly tasks: readonly ExportedTask[];
  readonly tensors: ReadonlyMap<string, Tensors>;
  readonly config: Omit<TorchConfig, "files">;
}

async function contentsOf(source: CompileSource, options: ExportTorchOptions): Promise<Contents> {
  const { compiled, preprocessing } = source;
  const { program } = compiled;
  const { specification } = program;
  const served = source.served ?? servedTasks(specification, options.stage);
  const [first] = served;
  if (!first) throw new UserError("specification", "No stage trains a task.", "Add a `stage` that trains it.");
  const tasks = served.map(({ task, own }) => ({ task, plan: planOf(program, own) }));
  const plans = phasesOf(specification).map((phase) => planOf(program, phase));
  const masks = new Map(
    served.flatMap(({ task: name }) => {
      const task = specification.tasks[name];
      const mask = task && preprocessing && classMask(specification, task, preprocessing);
      return mask ? [[name, [...mask]] as const] : [];
    }),
  );
  const { text, weights } = textOf({ specification, tasks, plans, classMasks: masks });
  const { tensors, forks, origin } = await tensorsOf(source, options, { tasks, weights, stage: first.own.stage.name });
  return {
    text,
    tasks,
    tensors,
    config: {
      model_type: "mtl",
      architectures: ["Model"],
      mtl_version: packageVersion(),
      name: specification.model.name,
      title: specification.model.title ?? null,
      parameters: weights.filter(({ kind }) => kind === "weight").reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      stage: first.own.stage.name,
      set: compiled.set,
      weights: origin,
      tasks: Object.fromEntries(
        tasks.map(({ task: name }) => {
          const task = specification.tasks[name];
          if (!task) throw new Error(`no task ${name}`);
          const classes = preprocessing?.classes[name] ?? taskTarget(task, specification).target.classes?.names ?? [];
          const own = forks.get(name);
          const about = { title: null, target: task.target, classes };
          return [name, own === undefined ? about : { ...about, weights: own }];
        }),
      ),
      modalities: specification.modalities,
    },
  };
}

function textOf(request: TorchModelRequest): TorchModel {
  try {
    return lowerToTorch(request);
  } catch (cause) {
    if (!(cause instanceof NotExported)) throw cause;
    throw new UserError("specification", cause.message, "`mtl compile` writes it for ONNX Runtime and tfjs.", {
      cause,
    });
  }
}

interface Wanted {
  readonly tasks: readonly { readonly task: string; readonly plan: StagePlan }[];
  readonly weights: readonly WeightDeclaration[];
  readonly stage: string;
}

/** The tensors of each file, and the files of tasks that have weights of their own. */
async function tensorsOf(
  { compiled, trained }: CompileSource,
  { runs = "runs", data, onNote }: ExportTorchOptions,
  { tasks, weights, stage }: Wanted,
): Promise<{
  readonly tensors: ReadonlyMap<string, Tensors>;
  readonly forks: ReadonlyMap<string, string>;
  readonly origin: TorchConfig["weights"];
}> {
  const { program } = compiled;
  const { seed } = tasks[0]?.plan.stage ?? { seed: 0 };
  if (!trained) {
    const root = dirname(compiled.entry);
    const { weights: table, starts } = await untrainedWeights(stage, {
      program,
      folders: { root, runs },
      preprocessing: () => learntFromData(compiled, { root, data }),
    });
    for (const start of starts) onNote?.(startSummary(start));
    return {
      tensors: new Map([["model.safetensors", torchWeights(weights, [table], seed)]]),
      forks: new Map(),
      origin: starts.length > 0 ? "from" : "seed",
    };
  }
  const tables = new Map<string, Tensors>();
  for (const { task } of tasks) tables.set(task, await trained(task));
  const distinct = [...new Set(tables.values())];
  const tensors = new Map([["model.safetensors", torchWeights(weights, distinct, seed)]]);
  const forks = new Map<string, string>();
  for (const [task, table] of distinct.length > 1 ? tables : []) {
    const file = `${task}.safetensors`;
    tensors.set(file, torchWeights(weights, [table, ...distinct], seed));
    forks.set(task, file);
  }
  return { tensors, forks, origin: "trained" };
}
