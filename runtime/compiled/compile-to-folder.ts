import { join, relative, resolve } from "node:path";
import type { Graph } from "../../compiler/graph/graph.ts";
import { withConstants } from "../../compiler/graph/with-constants.ts";
import { OPSET } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import type { StagePlan } from "../../compiler/plan.ts";
import { type Tensors, writeTensors } from "../checkpoint/checkpoint.ts";
import { preprocessingFile } from "../data/preprocessing.ts";
import { packageVersion } from "../package-version.ts";
import { UserError } from "../user-error.ts";
import { type CompileSource, type SourceOptions, openSource } from "./compile-source.ts";
import { MANIFEST, hashFiles, ownFiles } from "./compiled-folder.ts";
import { describeGraph } from "./describe-graph.ts";
import { type InitialTensors, initialTensors } from "./initial-tensors.ts";
import { type CompiledFormat, type CompiledGraph, type CompiledManifest, type CompiledTask, type GraphKind, compiledFormats } from "./manifest.ts";
import { compiledManifestFile } from "./manifest-file.ts";
import { type Replaceable, replaceFolder } from "./replace-folder.ts";
import { type StageGraph, chosenTasks, phasesOfStage, stageGraphs } from "./stage-graphs.ts";
import { writeGraph } from "./write-graph.ts";

export interface CompileToFolderOptions extends SourceOptions {
  /** By default the last one. */
  readonly stage?: string;
  /** By default all of the stage. */
  readonly tasks?: readonly string[];
  /** Rows of every batch. By default 1 in `predict` and the stage's elsewhere. */
  readonly batch?: number;
  readonly formats?: readonly CompiledFormat[];
  /** By default `predict`, `evaluate`, `step`, and what else the stage trains with. */
  readonly graphs?: readonly GraphKind[];
  /** What may stand at the folder's place; by default a folder that this function wrote. */
  readonly replace?: Replaceable;
}

/**
 * Writes the graphs of a stage as tfjs GraphModels and ONNX models, the tensors that they start from, and a manifest of it all. The weights of a trained
 * model are constants of `predict`; all other graphs take theirs. The folder is replaced whole or not at all. Fails with a `UserError`.
 */
export async function compileToFolder(folder: string, options: CompileToFolderOptions): Promise<CompiledManifest> {
  const contents = await selectContents(await openSource(options), options);
  refuseSources(folder, contents);
  const result: { manifest?: CompiledManifest } = {};
  const fill = async (partial: string): Promise<void> => {
    result.manifest = await writeContents(partial, contents, options.formats ?? compiledFormats);
  };
  await replaceFolder({ path: folder, replace: options.replace ?? "own", ownFiles, fill });
  if (!result.manifest) throw new Error("the folder was not filled");
  return result.manifest;
}

interface Contents extends CompileSource {
  readonly plans: readonly StagePlan[];
  readonly tasks: readonly string[];
  readonly graphs: readonly StageGraph[];
  readonly initial: InitialTensors;
}

async function selectContents(source: CompileSource, { stage, tasks: asked, batch, graphs: kinds }: CompileToFolderOptions): Promise<Contents> {
  const { program } = source.compiled;
  const phases = phasesOfStage(program, stage);
  const tasks = chosenTasks(phases, asked);
  const rows = batch === undefined ? {} : { batch };
  const plans = phases.map(({ stage: { name }, forTask }) => program.plan(name, { ...rows, ...(forTask === undefined ? {} : { forTask }) }));
  const graphs = stageGraphs({ plans, tasks, ...rows, ...(kinds ? { kinds } : {}) });
  return { ...source, plans, tasks, graphs, initial: await initialTensors(program, plans.filter((plan) => plan.tasks.some((task) => tasks.includes(task))), source.trained) };
}

function stageOf([plan]: readonly StagePlan[]): StagePlan["stage"] {
  if (!plan) throw new Error("a stage without tasks");
  return plan.stage;
}

async function writeContents(folder: string, contents: Contents, formats: readonly CompiledFormat[]): Promise<CompiledManifest> {
  const { compiled, trained, preprocessing, plans, initial } = contents;
  const { specification } = compiled.program;
  const { optimizer, average, schedule, step, accumulate, balance, seed, fork, name: stage } = stageOf(plans);
  const graphs: CompiledGraph[] = [];
  for (const { kind, tasks, batch, graph: elaborate } of contents.graphs) {
    const graph = kind === "predict" && trained ? withWeights(elaborate(), await trained(tasks[0] ?? "")) : elaborate();
    const files = await writeGraph(graph, formats, { folder, path: kind === "apply" && tasks.length > 1 ? kind : `${tasks.join("+")}/${kind}` });
    graphs.push({ kind, tasks, batch, ...files, ...describeGraph({ kind, tasks, graph, specification, plans }) });
  }
  await writeTensors(join(folder, INITIAL), initial.all);
  for (const [task, tensors] of initial.forks) await writeTensors(join(folder, initialOf(task)), tensors);
  if (preprocessing) await preprocessingFile.write(join(folder, "preprocessing.json"), preprocessing);
  const manifest: CompiledManifest = {
    kind: "compiled",
    version: 1,
    versions: { mtl: packageVersion(), language: specification.language, opset: OPSET },
    model: specification.model.name,
    set: compiled.set,
    modalities: specification.modalities,
    tasks: Object.fromEntries(contents.tasks.map((task) => [task, describeTask(contents, task)])),
    training: { stage, optimizer, ...(average ? { average } : {}), schedule, step, accumulate, balance, seed, ...(fork ? { fork } : {}) },
    initial: { file: INITIAL, weights: trained ? "trained" : "seed", ...(initial.forks.size > 0 ? { forks: Object.fromEntries([...initial.forks.keys()].map((task) => [task, initialOf(task)])) } : {}) },
    graphs,
    files: await hashFiles(folder),
  };
  await compiledManifestFile.write(join(folder, MANIFEST), manifest);
  return manifest;
}

const INITIAL = "initial.safetensors";
const initialOf = (task: string): string => `${task}/${INITIAL}`;

function withWeights(graph: Graph, weights: Tensors): Graph {
  return withConstants(graph, new Map([...weights].map(([name, { data }]) => [name, data])));
}

function describeTask({ compiled: { program }, preprocessing }: CompileSource, name: string): CompiledTask {
  const task = program.specification.tasks[name];
  if (!task) throw new Error(`no task ${name}`);
  const { target, inputs } = task;
  const named = "classes" in target && typeof target.classes !== "number" ? target.classes : [];
  return { target, inputs, classes: preprocessing?.classes[name] ?? named };
}

/** Not even --force takes the specification away. */
function refuseSources(folder: string, { compiled }: CompileSource): void {
  const inside = [...compiled.sources.keys()].find((file) => !relative(resolve(folder), file).startsWith(".."));
  if (inside !== undefined) throw new UserError("usage", `The specification ${inside} is in ${folder}, which compiling would replace.`, "Name a folder of its own with --out.");
}
