import type { Checkpoint, Tensors } from "../../checkpoint/checkpoint.ts";
import { diverged, firstNotFinite } from "./divergence.ts";
import type { LoopState } from "./open-stage.ts";
import type { PhaseParts } from "./phase-parts.ts";
import type { PhaseEnd, PhaseStart, RunContext } from "./run-context.ts";

/**
 * Saves a phase into checkpoints, and restores it from one. While it saves, the store has the averages of the weights,
 * where the stage keeps them.
 */
export class PhaseCheckpoint {
  readonly #context: RunContext;
  readonly #start: PhaseStart;
  readonly #parts: PhaseParts;
  /** The step of the checkpoint that was saved or restored last. */
  #savedStep: number | undefined;

  constructor(context: RunContext, start: PhaseStart, parts: PhaseParts) {
    this.#context = context;
    this.#start = start;
    this.#parts = parts;
  }

  /** True if there were updates since the last checkpoint. */
  get isNeeded(): boolean {
    const { step } = this.#parts.position;
    return step > 0 && step !== this.#savedStep;
  }

  async save(progress: "finished" | "going on", loopState: LoopState): Promise<string> {
    const { checkpoints, log, observer } = this.#context;
    const { phases, seed, needed, plan } = this.#start;
    const { supply, balancer, counts, selection, position } = this.#parts;
    const { model, optimizer } = this.#tensors();
    const broken = firstNotFinite(model);
    if (broken !== undefined)
      throw diverged(`The weight ${broken} is no longer finite at step ${position.step} of stage ${position.name}.`);
    selection.keep(position.checkpoint);
    const state = {
      version: 1,
      phase: position.name,
      ...position.fork,
      step: position.step,
      runStep: position.runStep,
      finished: progress === "finished",
      phases: progress === "finished" ? this.end().phases : phases,
      seed,
      ...supply.position(),
      ...balancer.position(),
      updates: counts.state(),
      ...selection.state(),
      metricsBytes: log.sync(),
      metricsSha256: log.sha256(),
      ...(Object.keys(loopState).length === 0 ? {} : { loop: loopState }),
    } as const;
    await checkpoints.write(position.checkpoint, { model, optimizer, state });
    await checkpoints.prune(
      plan.stage.checkpoint.keep,
      new Set([...needed, ...(selection.best ? [selection.best.checkpoint] : [])]),
    );
    this.#savedStep = position.step;
    observer.onCheckpoint?.({ stage: position.name, step: position.step, name: position.checkpoint });
    return position.checkpoint;
  }

  /** Restores the parts of the phase from a checkpoint of it, and returns the state of the loop. */
  restore({ state, model, optimizer }: Checkpoint): LoopState {
    const { store, supply, balancer, counts, averages, selection, position } = this.#parts;
    for (const [name, tensor] of [...model, ...optimizer]) store.set(name, tensor);
    supply.restore(state);
    balancer.restore(state);
    counts.restore(state.updates, state.step);
    // A checkpoint has the averages instead of the weights: see `Checkpoint`.
    averages.exchange();
    position.step = state.step;
    this.#savedStep = state.step;
    selection.restore(state);
    return state.loop ?? {};
  }

  end(): PhaseEnd {
    const { phases } = this.#start;
    const { selection, position } = this.#parts;
    const last = position.checkpoint;
    const finished = { name: position.name, last, best: selection.best?.checkpoint ?? last, ...position.fork };
    return { phases: [...phases, finished], weights: this.#tensors().model, runStep: position.runStep };
  }

  /** Tensors that the phase did not start with belong to the optimizer. */
  #tensors(): { readonly model: Tensors; readonly optimizer: Tensors } {
    const tensors = [...this.#parts.store.tensors()];
    const isWeight = ([name]: readonly [string, unknown]) => this.#start.weights.has(name);
    return {
      model: new Map(tensors.filter(isWeight)),
      optimizer: new Map(tensors.filter((tensor) => !isWeight(tensor))),
    };
  }
}
