import type { LoadedFiles } from "../bind/load.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import { attentive, type Reporter } from "../diagnostics/reporter.ts";
import { type ForwardRequest, elaborateForward } from "../elaborate/forward.ts";
import { optionOf } from "../elaborate/uses.ts";
import { Notes, type NotesOfAll } from "../elaborate/notes.ts";
import type { Value } from "../elaborate/value.ts";
import type { Work } from "../elaborate/work.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import type { Program } from "../stage/checked-program.ts";
import type { TaskWeights } from "../stage/plan.ts";
import { stageOverrides } from "../stage/stage-plan.ts";
import { type Move, moveOf } from "./move.ts";
import { type Reach, Reaches, sameReach } from "./reach.ts";
import { settingsKey } from "./settings-key.ts";

/** The facts that a check learns of a task by elaborating it in one mode. */
export interface ElaboratedTask {
  /** `undefined` where something is wrong, which has been reported. */
  readonly forward: TaskWeights | undefined;
  /** The declarations of which it made values. */
  readonly made: readonly SymbolDeclaration[];
}

/** An elaboration that reported nothing, with all that it depended on. */
interface KeptTask extends ElaboratedTask {
  readonly forward: TaskWeights;
  readonly notes: Notes;
  readonly work: number;
  readonly reach: Reach;
  readonly settings: string;
  /** The number of compilations since it was used last. */
  readonly unused: number;
}

/** Elaborations of a compilation that a later one may use again, by task, mode and params of the stage. */
export type KeptTasks = ReadonlyMap<string, KeptTask>;

/** The number of compilations for which a task is kept that they do not use, because its declaration has a mistake while it is typed. */
const LONGEST_UNUSED = 50;

interface TaskElaborationSettings {
  readonly files: LoadedFiles;
  readonly reporter: Reporter;
  readonly work: Work;
  readonly notes: NotesOfAll;
  readonly previous: KeptTasks;
}

/**
 * Elaborates the tasks of a program for its check. A task is not elaborated again if nothing changed on which its elaboration depends and if that
 * reported nothing: then what it gave is used, at the positions that declarations have now, and its work is counted as if it were done.
 */
export class TaskElaborations {
  readonly #program: Program;
  readonly #settings: TaskElaborationSettings;
  readonly #reaches: Reaches;
  readonly #kept: Map<string, KeptTask>;

  constructor(program: Program, settings: TaskElaborationSettings) {
    this.#program = program;
    this.#settings = settings;
    this.#reaches = new Reaches(settings.files, program.bindings);
    const aged = [...settings.previous].map(([slot, task]) => [slot, { ...task, unused: task.unused + 1 }] as const);
    this.#kept = new Map(aged.filter(([, { unused }]) => unused <= LONGEST_UNUSED));
  }

  get kept(): KeptTasks {
    return this.#kept;
  }

  elaborate(task: string, mode: "train" | "evaluate", stage: ResolvedStage | undefined): ElaboratedTask {
    const { work, notes } = this.#settings;
    const declaration = this.#program.declarations.tasks.get(task);
    // A limit that is reached before the first expression is reported here, whether or not the task before this one was elaborated again.
    if (declaration) work.spendAt(0, declaration.name.span);
    const ofStage = stage && this.#program.declarations.stages.get(stage.name);
    const hasLoss = ofStage !== undefined && optionOf(ofStage, "loss") !== undefined;
    const dependsOnMore = hasLoss || this.#program.bindings.adapted.length > 0;
    // A task with the loss of a stage, or with adapted weights, is elaborated anew, because it depends on more than its own declaration.
    const reach = declaration && !dependsOnMore ? this.#reaches.of(declaration) : undefined;
    const overrides = stageOverrides(this.#program, stage);
    const settings = reach ? this.#settingsKey(task, mode, overrides, reach) : "";
    const slot = JSON.stringify([task, mode, stage?.with ?? {}]);
    const known = this.#kept.get(slot);
    if (known && reach && known.settings === settings && sameReach(known.reach, reach) && work.affords(known.work)) {
      work.spend(known.work);
      this.#kept.set(slot, { ...known, unused: 0 });
      const move = moveOf(known.reach, reach);
      notes.add(known.notes, move.nodeBefore);
      return moved(known, move);
    }
    const { isSilent, spent, elaborated, notes: own } = this.#anew({ task, mode, stage: stage?.name, overrides });
    const { forward } = elaborated;
    if (reach && forward && isSilent)
      this.#kept.set(slot, { ...elaborated, forward, notes: own, work: spent, reach, settings, unused: 0 });
    return elaborated;
  }

  #anew(asked: Pick<ForwardRequest, "task" | "stage" | "overrides"> & { readonly mode: "train" | "evaluate" }): {
    readonly elaborated: ElaboratedTask;
    readonly notes: Notes;
    readonly spent: number;
    readonly isSilent: boolean;
  } {
    const { work, notes: all } = this.#settings;
    const { reporter, isSilent } = attentive(this.#settings.reporter);
    const before = work.spent;
    const notes = new Notes();
    // A limit may end the elaboration, and what it learnt before is of use.
    all.add(notes);
    // Evaluation has the same shapes.
    const learning = asked.mode === "train" ? notes : undefined;
    const request = { ...asked, batch: 2, reporter, work, notes: learning };
    const { elaboration, forward } = elaborateForward(this.#program, request);
    return {
      elaborated: { forward: forward && weightsOf(forward), made: [...elaboration.made.keys()] },
      notes,
      spent: work.spent - before,
      isSilent: isSilent(),
    };
  }

  /** Everything but declarations on which the elaboration of a task depends. */
  #settingsKey(task: string, mode: "train" | "evaluate", overrides: ReadonlyMap<string, Value>, reach: Reach): string {
    const { specification, declarations } = this.#program;
    const modalities = reach.flatMap(({ declaration: { kind, name } }) =>
      kind === "Modality" ? [[name.name, specification.modalities[name.name]]] : [],
    );
    return settingsKey({
      mode,
      semantics: specification.semantics,
      values: this.#settings.work.limits.values,
      tasks: [...declarations.tasks.keys()],
      overrides,
      task: specification.tasks[task],
      modalities,
    });
  }
}

/** The graph is not kept: it is much larger than all that a check asks of it. */
function weightsOf({ task, weights }: TaskWeights): TaskWeights {
  return { task, weights };
}

function moved({ forward: { task, weights }, made }: KeptTask, move: Move): ElaboratedTask {
  return {
    made: made.map(move.declaration),
    forward: {
      task,
      weights: weights.map((weight) =>
        weight.origin ? { ...weight, origin: { ...weight.origin, spans: weight.origin.spans.map(move.span) } } : weight,
      ),
    },
  };
}
