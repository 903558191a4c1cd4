import type { ResolvedStage, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Score, isBetter } from "./selection.ts";

type Settings = NonNullable<ResolvedStage["early_stop"]>;

/** The best score so far, and the number of validations since then. */
export interface Waiting {
  readonly best: number | null;
  /** The number of measures that the best score is the mean of; 1 if it is absent. */
  readonly measures?: number;
  /** Validations since the last improvement. */
  readonly waited: number;
}

/** The state of `early_stop` in a checkpoint: of all tasks together, or of each task by itself. */
export interface EarlyStopState extends Waiting {
  readonly tasks?: { readonly [task: string]: Waiting };
}

/** The consequences of a validation for the end of the stage. */
export interface EarlyStopVerdict {
  readonly endsEarly: boolean;
  /**
   * The number of validations since the last improvement: of the task that has waited longest, or under `all` of the
   * one that has waited least.
   */
  readonly waited: number;
  /** The tasks whose own measure no longer improves; empty if the tasks are judged together. */
  readonly stalled: readonly string[];
  /** The stalled tasks that should leave the stage. */
  readonly leaving: readonly string[];
}

export type ScoreOfTasks = (settings: Settings, tasks: readonly ResolvedTask[]) => Promise<Score | undefined>;

/** Tasks that are judged by one score: all of them together, or one. */
interface Watch {
  /** The task; `null` for all of them together. */
  readonly task: string | null;
  readonly tasks: readonly ResolvedTask[];
}

const notYet: Waiting = { best: null, waited: 0 };

export interface EarlyStopSettings {
  readonly settings: Settings | undefined;
  readonly tasks: readonly ResolvedTask[];
  /** True if the task has a measure by which it is judged, and rows on which it is measured. */
  readonly isMeasured: (task: ResolvedTask) => boolean;
}

/** Decides after each validation if a stage ends early, and which of its tasks leave it. */
export class EarlyStop {
  readonly #settings: Settings | undefined;
  readonly #watches: readonly Watch[];
  readonly #waiting = new Map<string | null, Waiting>();

  constructor({ settings, tasks, isMeasured }: EarlyStopSettings) {
    this.#settings = settings;
    this.#watches = !settings
      ? []
      : isTogether(settings)
        ? [{ task: null, tasks }]
        : tasks.filter(isMeasured).map((task) => ({ task: task.name, tasks: [task] }));
  }

  /**
   * Takes the scores of a validation into account, of the tasks that the stage still trains. An undefined score is
   * neither a gain nor the lack of one.
   */
  async after(remaining: readonly string[], scoreOf: ScoreOfTasks): Promise<EarlyStopVerdict> {
    const settings = this.#settings;
    if (!settings) return { endsEarly: false, waited: 0, stalled: [], leaving: [] };
    for (const { task, tasks } of this.#watchesOf(remaining)) {
      const score = await scoreOf(settings, tasks);
      if (score) this.#waiting.set(task, afterValidation(this.#waitingOf(task), score, settings));
    }
    return verdictOn(settings, remaining, this.waits(remaining));
  }

  /** The number of validations since the last improvement, by task; by `null` for all tasks together. */
  waits(remaining: readonly string[]): ReadonlyMap<string | null, number> {
    return new Map(this.#watchesOf(remaining).map(({ task }) => [task, this.#waitingOf(task).waited]));
  }

  state(): EarlyStopState {
    const byTask = [...this.#waiting].flatMap(([task, waiting]) => (task === null ? [] : [[task, waiting] as const]));
    return { ...this.#waitingOf(null), ...(byTask.length > 0 ? { tasks: Object.fromEntries(byTask) } : {}) };
  }

  restore({ tasks = {}, ...together }: EarlyStopState): void {
    this.#waiting.clear();
    this.#waiting.set(null, together);
    for (const [task, waiting] of Object.entries(tasks)) this.#waiting.set(task, waiting);
  }

  #watchesOf(remaining: readonly string[]): readonly Watch[] {
    return this.#watches.filter(({ task }) => task === null || remaining.includes(task));
  }

  #waitingOf(task: string | null): Waiting {
    return this.#waiting.get(task) ?? notYet;
  }
}

function isTogether({ tasks = "together" }: Settings): boolean {
  return tasks === "together";
}

/** The state after a validation of this score. NaN is no improvement. */
function afterValidation(before: Waiting, score: Score, { least }: Settings): Waiting {
  const best = before.best === null ? null : { value: before.best, measures: before.measures ?? 1 };
  return isBetter(score, best, least)
    ? { best: score.value, measures: score.measures, waited: 0 }
    : { ...before, waited: before.waited + 1 };
}

function verdictOn(
  { tasks, patience }: Settings,
  remaining: readonly string[],
  waits: ReadonlyMap<string | null, number>,
): EarlyStopVerdict {
  const waited = [...waits.values()];
  const over = [...waits].filter(([, each]) => each >= patience);
  const stalled = over.flatMap(([task]) => task ?? []);
  const ended = { all: waits.size, each: remaining.length, any: 1, together: 1 }[tasks ?? "together"];
  return {
    endsEarly: over.length > 0 && over.length >= ended,
    waited: waited.length === 0 ? 0 : tasks === "all" ? Math.min(...waited) : Math.max(...waited),
    stalled,
    leaving: tasks === "each" ? stalled : [],
  };
}
