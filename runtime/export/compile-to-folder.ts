import { existsSync } from "../host/files.ts";
import { dirname, join, resolve } from "../host/paths.ts";
import { isInside } from "../host/portable-path.ts";
import { OPSET } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import type { Operators } from "../../compiler/lower/onnx/lowering.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { writeTensors } from "../checkpoint/checkpoint.ts";
import type { CompiledSpecification } from "../compile.ts";
import type { Preprocessing } from "../data/data.ts";
import { namedDataFolder, pathsOfSet } from "../data/files/data-folders.ts";
import { openData } from "../data/open-data.ts";
import { preprocessingFile } from "../data/fit/preprocessing.ts";
import { packageVersion } from "../package-version.ts";
import { plansOfTasks } from "../evaluation/evaluate-tasks.ts";
import { scheduleExpression } from "../train/phase/schedule-expression.ts";
import { planOf } from "../train/phase/trainer.ts";
import { RunFolder } from "../run/run-folder.ts";
import { startSummary } from "../pretrained/start-report.ts";
import { untrainedWeights } from "../pretrained/untrained-weights.ts";
import { UserError } from "../user-error.ts";
import { type CompileSource, type SourceOptions, openSource } from "./compile-source.ts";
import { MANIFEST, hashFiles, ownFiles } from "./compiled-folder.ts";
import { describeFeatures, featureOfPass } from "./describe-features.ts";
import { describeTask } from "./describe-task.ts";
import { type Int8Measurement, measureInt8, predictionModels } from "./measure-int8.ts";
import { type InitialTensors, trainedTensors } from "./trained-tensors.ts";
import {
  type CompiledFormat,
  type CompiledGraph,
  type CompiledManifest,
  type GraphKind,
  compiledFormats,
} from "./manifest.ts";
import { compiledManifestFile } from "./manifest-file.ts";
import { type Replaceable, replaceFolder } from "./replace-folder.ts";
import { chosenTasks, phasesOfStage, stageGraphs, untrainedGraphs } from "./stage-graphs.ts";
import { startingTensors } from "./starting-tensors.ts";
import { tokenizerFiles, writeTokenizers } from "./tokenizer-files.ts";
import { type GraphsToWrite, writeGraphs } from "./write-graphs.ts";

export interface CompileToFolderOptions extends SourceOptions {
  /** By default all of the stage, and of a trained model also those that earlier stages trained. */
  readonly tasks?: readonly string[];
  /** Rows of every batch. By default 1 in `predict` and the stage's elsewhere. */
  readonly batch?: number;
  /** The default is both. */
  readonly formats?: readonly CompiledFormat[];
  /** By default `predict`, `evaluate`, `step`, and what else the stage trains with. */
  readonly graphs?: readonly GraphKind[];
  /** The folder of the data, as in training; needed if a stage of an untrained specification starts from outside. */
  readonly data?: string;
  /**
   * ONNX models of standard operators alone, which all runtimes know, and no other format. Graphs that predict take any number of rows, unless `batch` gives it.
   * With `int8` each of them is written with weights of 8 bits, too, and both are measured on the validation rows of the run.
   */
  readonly portable?: "float32" | "int8";
  /** Receives notes about weights that stages of an untrained specification take from outside. */
  readonly onNote?: (note: string) => void;
  /** The folder that may be replaced; by default one that this function wrote. */
  readonly replace?: Replaceable;
}

/**
 * Writes the graphs of a stage as tfjs GraphModels and ONNX models, the tensors that they start from, and a manifest.
 * The weights of a trained model are constants of `predict`; all other graphs have them as inputs. The folder is
 * replaced completely or not at all. Throws a `UserError`.
 */
export async function compileToFolder(folder: string, options: CompileToFolderOptions): Promise<CompiledManifest> {
  const contents = await selectContents(await openSource(options), options);
  refuseSources(folder, contents);
  const result: { manifest?: CompiledManifest } = {};
  const fill = async (partial: string): Promise<void> => {
    result.manifest = await writeContents(partial, contents, formatsOf(options));
  };
  await replaceFolder({ path: folder, replace: options.replace ?? "own", ownFiles, fill });
  if (!result.manifest) throw new Error("the folder was not filled");
  return result.manifest;
}

function formatsOf({ formats, portable }: CompileToFolderOptions): readonly CompiledFormat[] {
  return portable === undefined ? (formats ?? compiledFormats) : ["onnx"];
}

function operatorsOf(portable: CompileToFolderOptions["portable"]): Operators {
  return portable === undefined ? "runtime" : "standard";
}

interface Contents extends Omit<GraphsToWrite, "features" | "formats"> {
  readonly tasks: readonly string[];
  readonly initial: InitialTensors;
  readonly origin: CompiledManifest["initial"]["weights"];
  /** The run on whose validation rows the models with weights of 8 bits are measured. */
  readonly measured?: Omit<Int8Measurement, "models">;
}

/** The run that a folder is, and not the `model/` of one alone. */
function measuredRun({ source, data, portable }: CompileToFolderOptions): Pick<Contents, "measured"> {
  if (portable !== "int8" || typeof source !== "string" || !existsSync(new RunFolder(source).lock)) return {};
  return { measured: { run: source, data } };
}

async function selectContents(source: CompileSource, options: CompileToFolderOptions): Promise<Contents> {
  const { stage, tasks: asked, batch, graphs: kinds, runs = "runs", data, onNote, portable } = options;
  const { program } = source.compiled;
  const phases = phasesOfStage(program, stage);
  const tasks = chosenTasks(program, { phases, asked, served: source.served ?? [] });
  const rows = batch === undefined ? {} : { batch };
  const plans = phases.map((phase) => planOf(program, phase, rows));
  const used = plans.filter((plan) => plan.tasks.some((task) => tasks.includes(task)));
  const untrained = (source.served ?? []).filter(
    ({ task }) => tasks.includes(task) && !plans.some((plan) => plan.tasks.includes(task)),
  );
  const others = plansOfTasks(program, untrained, rows);
  const wanted = { specification: program.specification, ...rows, ...(kinds ? { kinds } : {}) };
  const graphs = [
    ...stageGraphs({ plans, tasks, ...wanted }),
    ...others.flatMap(({ plan, names }) => untrainedGraphs({ plans: [plan], tasks: names, ...wanted })),
  ];
  const rowsOfPrediction = portable === undefined || batch !== undefined ? ("fixed" as const) : ("any" as const);
  const chosen = {
    plans,
    tasks,
    graphs,
    operators: operatorsOf(portable),
    rowsOfPrediction,
    weights: portable ?? ("float32" as const),
  };
  if (portable === "int8" && !source.trained)
    throw new UserError(
      "usage",
      "Only the weights of a trained model can be rounded to 8 bits.",
      "Name the folder of a run, or give the weights by --weights.",
    );
  if (source.trained)
    return {
      ...source,
      ...chosen,
      initial: await trainedTensors({
        program,
        plans: used,
        tasks,
        others: others.flatMap(({ plan, names }) => names.map((task) => ({ task, plan }))),
        trained: source.trained,
      }),
      origin: "trained",
      ...measuredRun(options),
    };
  const folders = { root: dirname(source.compiled.entry), runs };
  const { weights, starts, ...learnt } = await untrainedWeights(stageOf(plans).name, {
    program,
    folders,
    preprocessing: () => learntFromData(source.compiled, { root: folders.root, data }),
  });
  for (const start of starts) onNote?.(startSummary(start));
  return {
    ...source,
    ...chosen,
    ...learnt,
    initial: { all: startingTensors(used, weights), forks: new Map() },
    origin: starts.length > 0 ? "from" : "seed",
  };
}

/** Learns the preprocessing from the data, as training would. */
export async function learntFromData(
  { program: { specification }, set }: CompiledSpecification,
  { root, data: named }: { readonly root: string; readonly data: string | undefined },
): Promise<Preprocessing> {
  try {
    const data = await openData({ specification, root, ...(await namedDataFolder(named)), ...pathsOfSet(set) });
    await data.close();
    return data.preprocessing;
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(
      cause.kind,
      `A stage takes weights by the names of classes and pieces of text in the data, which cannot be read: ${cause.message}`,
      cause.help,
      { cause },
    );
  }
}

function stageOf([plan]: readonly StagePlan[]): StagePlan["stage"] {
  if (!plan) throw new Error("a stage without tasks");
  return plan.stage;
}

async function writeContents(
  folder: string,
  contents: Contents,
  formats: readonly CompiledFormat[],
): Promise<CompiledManifest> {
  const { compiled, preprocessing, plans, initial, origin } = contents;
  const { specification } = compiled.program;
  const { optimizer, average, schedule, step, accumulate, balance, seed, fork, name: stage } = stageOf(plans);
  const features = describeFeatures(specification);
  const written = await writeGraphs(folder, { ...contents, features, formats });
  const graphs = written.map(({ description }) => description);
  await writeTensors(join(folder, INITIAL), initial.all);
  for (const [task, tensors] of initial.forks) await writeTensors(join(folder, initialOf(task)), tensors);
  if (preprocessing) {
    await preprocessingFile.write(join(folder, "preprocessing.json"), preprocessing);
    await writeTokenizers(folder, preprocessing);
  }
  const manifest: CompiledManifest = {
    kind: "compiled",
    version: 1,
    versions: { mtl: packageVersion(), language: specification.language, opset: OPSET },
    model: specification.model.name,
    set: compiled.set,
    modalities: specification.modalities,
    tasks: Object.fromEntries(contents.tasks.map((task) => [task, describeTask(specification, task, preprocessing)])),
    features: used(features, graphs),
    ...(preprocessing ? { tokenizers: tokenizerFiles(preprocessing) } : {}),
    training: {
      stage,
      optimizer,
      ...(average ? { average } : {}),
      schedule,
      factor: scheduleExpression(schedule),
      step,
      accumulate,
      balance,
      seed,
      ...(fork ? { fork } : {}),
    },
    initial: {
      file: INITIAL,
      weights: origin,
      ...(initial.forks.size > 0
        ? { forks: Object.fromEntries([...initial.forks.keys()].map((task) => [task, initialOf(task)])) }
        : {}),
    },
    ...(contents.operators === "standard" ? { operators: contents.operators } : {}),
    ...(contents.measured
      ? { int8: await measureInt8({ ...contents.measured, models: predictionModels(folder, written) }) }
      : {}),
    graphs,
    files: await hashFiles(folder),
  };
  await compiledManifestFile.write(join(folder, MANIFEST), manifest);
  return manifest;
}

const INITIAL = "initial.safetensors";
const initialOf = (task: string): string => `${task}/${INITIAL}`;

/** The features that the graphs take. */
function used(features: CompiledManifest["features"], graphs: readonly CompiledGraph[]): CompiledManifest["features"] {
  const taken = graphs.flatMap(({ inputs, tasks }) =>
    inputs.flatMap(({ role }) => (role.kind === "feature" ? [{ name: role.feature, tasks }] : [])),
  );
  const described = new Map(taken.map(({ name, tasks }) => [name, featureOfPass(features, tasks, name)]));
  const order = [...Object.keys(features), ...described.keys()];
  return Object.fromEntries(
    [...new Set(order)].flatMap((name) => {
      const feature = described.get(name);
      return feature ? [[name, feature]] : [];
    }),
  );
}

/** Refuses a folder that contains the specification, even with --force. */
function refuseSources(folder: string, { compiled }: CompileSource): void {
  const inside = [...compiled.sources.keys()].find((file) => isInside(resolve(folder), file));
  if (inside !== undefined)
    throw new UserError(
      "usage",
      `The specification ${inside} is in ${folder}, which compiling would replace.`,
      "Name a folder of its own with --output.",
    );
}
