import { mixupOf } from "../features/augmentations.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { IsEvaluated } from "../stage/frozen-scopes.ts";
import type { ForwardGraph, TextLengths } from "../stage/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../schema/resolved.ts";
import type { Program } from "../stage/checked-program.ts";
import { candidatesOf } from "../targets/drawn-rows.ts";
import { taskTarget } from "../targets/task-target.ts";
import { paramsOf } from "../stage/stage-params.ts";
import { type ElaborationSettings, createElaboration } from "./create.ts";
import { elaborateTask, taskOutput } from "./elaborate-task.ts";
import type { Elaboration, Mode } from "./elaboration.ts";
import { checkLoss } from "./task-loss.ts";
import type { Notes } from "./notes.ts";
import type { Uses } from "./uses.ts";
import type { Value } from "./value.ts";
import type { Work } from "./work.ts";

export interface ForwardRequest {
  readonly task: string;
  readonly mode: Mode;
  /** The name of the stage whose `loss` is added to the task's. */
  readonly stage?: string | undefined;
  /** `shared`: the graph becomes part of a pass of several tasks (`compiler/stage/shared-pass.ts`). */
  readonly rows?: Elaboration["rows"];
  /** `nothing`: the graph of the same specification without `adapt`. */
  readonly adapt?: ElaborationSettings["adapt"];
  /** The scopes that are in evaluation mode in a graph for training. */
  readonly isEvaluated?: IsEvaluated;
  readonly batch: number;
  /** Tokens of texts that are compiled shorter. */
  readonly lengths?: TextLengths;
  /** Params that a stage's `with` sets, which win over those of `--set`. */
  readonly overrides: ReadonlyMap<string, Value>;
  readonly reporter: Reporter;
  /** `calls`: `elaboration.calls` has all applications of blocks. */
  readonly calls?: "ids" | "calls";
  /** Takes what is learnt about expressions. */
  readonly notes?: Notes | undefined;
  /** The work of a program that is being checked. */
  readonly work?: Work;
}

/** For a task whose options are at fault: what else is wrong with it shows best where every modality is there. */
function usesOfTask({ inputs }: Pick<ResolvedTask, "inputs">): Uses {
  return new Map(inputs.map(({ modality, optional }) => [modality, optional ? "optional" : "required"]));
}

function usesOfAll(specification: Program["specification"]): Uses {
  return new Map(Object.keys(specification.modalities).map((name) => [name, "required"]));
}

/** The params of the teacher of a stage: those of the earlier stage that it is, or of the stage itself. */
function teacherOverrides(
  { specification: { stages }, overrides: given }: Program,
  stage: string | undefined,
  overrides: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> | undefined {
  const teacher = stages.find(({ name }) => name === stage)?.teacher;
  if (!teacher) return undefined;
  if (teacher.kind === "from") return overrides;
  const earlier = stages.find(({ name }) => name === teacher.stage);
  return paramsOf(given, earlier);
}

type Modalities = ResolvedSpecification["modalities"];

function shortened(modalities: Modalities, lengths: TextLengths): Modalities {
  return Object.fromEntries(
    Object.entries(modalities).map(([name, modality]) => [
      name,
      modality.kind === "text" ? { ...modality, max_length: lengths[name] ?? modality.max_length } : modality,
    ]),
  );
}

/** Elaborates a task anew. The elaboration itself holds the streams, weights and calls. */
export function elaborateForward(
  program: Program,
  {
    task,
    mode,
    stage,
    rows = "own",
    adapt,
    isEvaluated,
    batch,
    lengths = {},
    overrides,
    reporter,
    work,
    calls,
    notes,
  }: ForwardRequest,
): { readonly elaboration: Elaboration; readonly forward: ForwardGraph | undefined } {
  const { specification, bindings, references, declarations } = program;
  const declaration = declarations.tasks.get(task);
  const resolved = specification.tasks[task];
  const mixup = mixupOf(resolved);
  const candidates = resolved && candidatesOf(resolved, mode);
  const all = [...declarations.tasks.keys()];
  const modalities = shortened(specification.modalities, lengths);
  const elaboration = createElaboration({
    bindings,
    references,
    reporter,
    overrides,
    semantics: specification.semantics,
    modalities: new Map(Object.entries(modalities)),
    task: { name: task, index: all.indexOf(task), all },
    mode,
    stage: stage === undefined ? undefined : declarations.stages.get(stage),
    rows,
    adapt,
    batch,
    notes,
    ...(work ? { work } : {}),
    ...(calls ? { calls } : {}),
    ...(isEvaluated ? { isEvaluated } : {}),
    ...(candidates ? { candidates } : {}),
    teacherOverrides: teacherOverrides(program, stage, overrides),
    ...(resolved ? { target: taskTarget({ ...resolved, candidates, mode }, specification, lengths) } : {}),
    ...(mode === "train" && mixup ? { mixup } : {}),
    uses: declaration && resolved ? usesOfTask(resolved) : usesOfAll(specification),
  });
  const forward = declaration && resolved ? elaborateTask(elaboration, declaration, resolved) : undefined;
  if (declaration && !resolved) taskOutput(elaboration, declaration);
  if (declaration && !forward) checkLoss(elaboration, declaration);
  return { elaboration, forward };
}
