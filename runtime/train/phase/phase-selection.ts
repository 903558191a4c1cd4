import { selectedMeasures } from "../../../compiler/schema/selected-measures.ts";
import type { ResolvedSpecification, ResolvedStage, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Rules, rulesOf } from "../../../compiler/semantics.ts";
import type { TrainingState } from "../../checkpoint/training-state.ts";
import type { Data } from "../../data/data.ts";
import { type Baselines, baselinesOf } from "./baselines.ts";
import { type EarlyStopState, afterValidation, isOver, noValidationYet } from "./early-stop.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";
import { type LeftOut, type Scored, isBetter, measureKey, plainScore, scoreOf, withoutHope } from "./selection.ts";

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
export interface Judgement {
  readonly isBest: boolean;
  /** Set if `auto` chooses: the mean fraction of the way to the best value, over the measures that are defined. */
  readonly score?: number;
  readonly endsEarly: boolean;
}

/** Chooses the best checkpoint of a phase, and ends the phase when the score no longer improves. */
export class PhaseSelection {
  readonly #settings: PhaseSelectionSettings;
  readonly #named = new Set<string>();
  #baselines: Promise<Baselines> | undefined;
  #best: TrainingState["best"] = null;
  /** The best validation so far, whose checkpoint is not saved yet. */
  #unsaved: TrainingState["best"] = null;
  #earlyStop: EarlyStopState = noValidationYet;

  constructor(settings: PhaseSelectionSettings) {
    this.#settings = settings;
  }

  get best(): TrainingState["best"] {
    return this.#best;
  }

  state(): Pick<TrainingState, "best" | "earlyStop"> {
    return { best: this.#best, earlyStop: this.#earlyStop };
  }

  restore({ best, earlyStop }: Pick<TrainingState, "best" | "earlyStop">): void {
    this.#best = best;
    this.#earlyStop = earlyStop;
  }

  /** Reports tasks without validation rows and measures that are not defined on them, before anything is trained. */
  async begin(): Promise<void> {
    const { phase, stage, note } = this.#settings;
    const [ofBest, ofStop] = [
      this.#without(stage.checkpoint.best),
      stage.early_stop && this.#without(stage.early_stop.metric),
    ];
    const help = "Give their data sets a `split` with validation rows, or a file for them.";
    if (ofStop?.all)
      note(
        `Stage ${phase} cannot end early: no validation rows have ${ofStop.missing.join(" or ")}, which early_stop waits for. ${help}`,
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

  async judge(values: readonly MeasuredValue[], checkpoint: string): Promise<Judgement> {
    const { stage } = this.#settings;
    const { score, leftOut } = await this.#scored(stage.checkpoint.best, values);
    this.#name(leftOut);
    const best = this.#best && { value: this.#best.score, measures: this.#best.measures ?? 1 };
    const isBest = score !== undefined && isBetter(score, best);
    this.#unsaved = isBest
      ? { checkpoint, score: score.value, ...(this.#rule === "gain" ? { measures: score.measures } : {}) }
      : null;
    const told = this.#rule === "gain" && stage.checkpoint.best === "auto" && score ? { score: score.value } : {};
    return { isBest, ...told, endsEarly: await this.#endsEarly(values) };
  }

  get #rule(): Rules["selection"] {
    return rulesOf(this.#settings.specification).selection;
  }

  /** Called when a checkpoint is saved: it is the best one if the validation before it was the best. */
  keep(checkpoint: string): void {
    if (this.#unsaved?.checkpoint === checkpoint) this.#best = this.#unsaved;
    this.#unsaved = null;
  }

  /** The number of validations since the last improvement. */
  get waited(): number {
    return this.#earlyStop.waited;
  }

  async #endsEarly(values: readonly MeasuredValue[]): Promise<boolean> {
    const { early_stop: settings } = this.#settings.stage;
    if (!settings) return false;
    const { score, leftOut } = await this.#scored(settings.metric, values);
    this.#name(leftOut);
    // An undefined score is neither a gain nor the lack of one.
    if (!score) return false;
    this.#earlyStop = afterValidation(this.#earlyStop, score, settings);
    return isOver(this.#earlyStop, settings);
  }

  async #scored(selector: string, values: readonly MeasuredValue[]): Promise<Scored> {
    const { tasks } = this.#settings;
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
