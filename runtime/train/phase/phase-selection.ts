import { selectedMeasures } from "../../../compiler/schema/selected-measures.ts";
import type { ResolvedSpecification, ResolvedStage, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Rules, rulesOf } from "../../../compiler/semantics.ts";
import type { TrainingState } from "../../checkpoint/training-state.ts";
import type { Data } from "../../data/data.ts";
import { type Baselines, baselinesOf } from "./baselines.ts";
import { EarlyStop, type EarlyStopVerdict } from "./early-stop.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";
import {
  type LeftOut,
  type Score,
  type Scored,
  isBetter,
  measureKey,
  plainScore,
  scoreOf,
  withoutHope,
} from "./selection.ts";

export interface PhaseSelectionSettings {
  /** The name of the phase in messages. */
  readonly phase: string;
  readonly stage: Pick<ResolvedStage, "checkpoint" | "early_stop">;
  readonly tasks: readonly ResolvedTask[];
  readonly specification: ResolvedSpecification;
  readonly data: Data;
  readonly note: (note: string) => void;
}

/** The consequences of a validation for the phase. */
export interface Judgement extends EarlyStopVerdict {
  readonly isBest: boolean;
  /** Set if `auto` chooses: the mean fraction of the way to the best value, over the measures that are defined. */
  readonly score?: number;
}

/** Chooses the best checkpoint of a phase, and says when the phase ends early and which tasks leave it. */
export class PhaseSelection {
  readonly #settings: PhaseSelectionSettings;
  readonly #named = new Set<string>();
  #baselines: Promise<Baselines> | undefined;
  #best: TrainingState["best"] = null;
  /** The best validation so far, whose checkpoint is not saved yet. */
  #unsaved: TrainingState["best"] = null;
  readonly #earlyStop: EarlyStop;

  constructor(settings: PhaseSelectionSettings) {
    const { stage, tasks, data } = settings;
    this.#settings = settings;
    this.#earlyStop = new EarlyStop({
      settings: stage.early_stop,
      tasks,
      isMeasured: (task) =>
        selectedMeasures(stage.early_stop?.metric ?? "auto", [task]).length > 0 &&
        data.rows(task.name, "validation") > 0,
    });
  }

  get best(): TrainingState["best"] {
    return this.#best;
  }

  state(): Pick<TrainingState, "best" | "earlyStop"> {
    return { best: this.#best, earlyStop: this.#earlyStop.state() };
  }

  restore({ best, earlyStop }: Pick<TrainingState, "best" | "earlyStop">): void {
    this.#best = best;
    this.#earlyStop.restore(earlyStop);
  }

  /** Reports tasks without validation rows and measures that are not defined on them, before anything is trained. */
  async begin(): Promise<void> {
    const { phase, stage, note } = this.#settings;
    const [ofBest, ofStop] = [
      this.#without(stage.checkpoint.best),
      stage.early_stop && this.#without(stage.early_stop.metric),
    ];
    const help = "Give their data sets a `split` with validation rows, or a file for them.";
    const isByTask = (stage.early_stop?.tasks ?? "together") !== "together";
    if (ofStop?.all)
      note(
        `Stage ${phase} cannot end early: no validation rows have ${ofStop.missing.join(" or ")}, which early_stop waits for. ${help}`,
      );
    else if (isByTask && ofStop && ofStop.missing.length > 0)
      note(
        `early_stop of stage ${phase} does not judge ${ofStop.missing.join(" and ")}: there are no validation rows. ${help}`,
      );
    if (ofBest.all && stage.checkpoint.best !== "auto")
      note(
        `The best checkpoint of stage ${phase} will be the last one: no validation rows have ${ofBest.missing.join(" or ")}, by which it is chosen. ${help}`,
      );
    else if (ofBest.all) note(`Stage ${phase} has no validation rows: its best checkpoint will be the last one.`);
    else if (ofBest.missing.length > 0)
      note(
        `${ofBest.missing.join(" and ")} ${ofBest.missing.length === 1 ? "is" : "are"} not used to choose the best checkpoint of stage ${phase}: there are no validation rows. ${help}`,
      );
    const { tasks, data } = this.#settings;
    const isAuto = [stage.checkpoint.best, stage.early_stop?.metric].includes("auto") && this.#rule === "gain";
    if (isAuto && tasks.some(({ name }) => data.rows(name, "validation") > 0))
      this.#name(withoutHope({ selector: "auto", tasks, baselines: await this.#baselinesNow() }));
  }

  /** `remaining`: the tasks that the phase still trains. */
  async judge(values: readonly MeasuredValue[], checkpoint: string, remaining: readonly string[]): Promise<Judgement> {
    const { stage, tasks } = this.#settings;
    const score = await this.#scoreOf(stage.checkpoint.best, tasks, values);
    const best = this.#best && { value: this.#best.score, measures: this.#best.measures ?? 1 };
    const isBest = score !== undefined && isBetter(score, best);
    this.#unsaved = isBest
      ? { checkpoint, score: score.value, ...(this.#rule === "gain" ? { measures: score.measures } : {}) }
      : null;
    const told = this.#rule === "gain" && stage.checkpoint.best === "auto" && score ? { score: score.value } : {};
    const verdict = await this.#earlyStop.after(remaining, ({ metric }, watched) =>
      this.#scoreOf(metric, watched, values),
    );
    return { isBest, ...told, ...verdict };
  }

  get #rule(): Rules["selection"] {
    return rulesOf(this.#settings.specification).selection;
  }

  /** Called when a checkpoint is saved: it is the best one if the validation before it was the best. */
  keep(checkpoint: string): void {
    if (this.#unsaved?.checkpoint === checkpoint) this.#best = this.#unsaved;
    this.#unsaved = null;
  }

  /** The number of validations since the last improvement that `early_stop` counts, by task; by `null` for all together. */
  waits(remaining: readonly string[]): ReadonlyMap<string | null, number> {
    return this.#earlyStop.waits(remaining);
  }

  /** The score of some tasks; measures without a part in it are reported once. */
  async #scoreOf(
    selector: string,
    tasks: readonly ResolvedTask[],
    values: readonly MeasuredValue[],
  ): Promise<Score | undefined> {
    const { score, leftOut } = await this.#scored(selector, tasks, values);
    this.#name(leftOut);
    return score;
  }

  async #scored(selector: string, tasks: readonly ResolvedTask[], values: readonly MeasuredValue[]): Promise<Scored> {
    if (this.#rule === "plain_mean") {
      const value = plainScore(selector, tasks, values);
      return { score: value === undefined ? undefined : { value, measures: 1 }, leftOut: [] };
    }
    const baselines = selector === "auto" && values.length > 0 ? await this.#baselinesNow() : new Map<string, number>();
    return scoreOf({ selector, tasks, baselines }, values);
  }

  #baselinesNow(): Promise<Baselines> {
    return (this.#baselines ??= baselinesOf(this.#settings));
  }

  /** Reports each measure that is left out once. */
  #name(leftOut: readonly LeftOut[]): void {
    const { phase, note } = this.#settings;
    const fresh = leftOut.filter((measure) => !this.#named.has(measureKey(measure)));
    for (const measure of fresh) {
      this.#named.add(measureKey(measure));
      note(
        `${measureKey(measure)} ${reasons[measure.reason]}, and is then not used to choose the best checkpoint and the end of stage ${phase}.`,
      );
    }
  }

  #without(selector: string): { readonly missing: readonly string[]; readonly all: boolean } {
    const { tasks, data } = this.#settings;
    const measures = selectedMeasures(selector, tasks);
    const missing = measures.filter(({ task }) => data.rows(task, "validation") === 0).map(measureKey);
    return { missing, all: missing.length === measures.length };
  }
}

const reasons: { readonly [Reason in LeftOut["reason"]]: string } = {
  "not defined": "is undefined on the validation rows",
  infinite: "is infinite on the validation rows",
  "no baseline": "is undefined on the validation rows for every prediction",
  "perfect baseline": "cannot improve on the validation rows, where a constant prediction is perfect",
};
