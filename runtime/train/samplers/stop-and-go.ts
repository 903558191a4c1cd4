import { nestedStates } from "./nested-states.ts";
import type { OpenSampler, Sampler, SamplerSettings, SamplerState } from "./sampler.ts";
import { type Controller, afterValidation, going } from "./stop-and-go-controller.ts";

/** A task's controller, its turns so far and the turn of the last validation that counted. */
interface Turns {
  readonly controller: Controller;
  readonly turns: number;
  readonly counted: number;
}

/**
 * Dynamic stop-and-go of 12-in-1 (Lu et al., 2020, section 3.3), over any sampler: a task that has converged is only
 * trained in every `gap`-th of its turns, until its score falls. Under `round_robin` a task's turns are the paper's
 * iterations. Of a task's validations, the first one after each of its epochs counts, wherever the stage validates. A
 * task that is never validated never stops. If all tasks are stopped, each is trained in every `gap`-th turn.
 */
export function stopAndGo(settings: SamplerSettings<"stop_and_go">, open: OpenSampler): Sampler {
  const { options, tasks } = settings;
  const over = open({ ...settings, options: options.over });
  const inner = nestedStates([["over.", over]]);
  const states = new Map<string, Turns>(tasks.map(({ name }) => [name, { controller: going, turns: 0, counted: 0 }]));
  const stateOf = (task: string): Turns => states.get(task) ?? { controller: going, turns: 0, counted: 0 };
  return {
    next: (context) => {
      for (;;) {
        const task = over.next(context);
        const state = stateOf(task);
        const turns = state.turns + 1;
        states.set(task, { ...state, turns });
        if (!state.controller.stopped || turns % options.gap === 0) return task;
      }
    },
    observe: (event) => {
      over.observe(event);
      if (event.kind !== "validation") return;
      const state = stateOf(event.task);
      const epoch = (tasks.find(({ name }) => name === event.task)?.steps ?? 0) * options.epochs;
      if (epoch > 0 && Math.floor(state.turns / epoch) === Math.floor(state.counted / epoch)) return;
      states.set(event.task, {
        ...state,
        counted: state.turns,
        controller: afterValidation(state.controller, event.metric, options),
      });
    },
    status: () => [
      ...(over.status?.() ?? []),
      ...tasks.map(({ name }) => ({ task: name, name: "stopped", value: Number(stateOf(name).controller.stopped) })),
    ],
    state: () => ({
      ...inner.state(),
      ...toState(tasks.map(({ name }) => stateOf(name))),
    }),
    restore: (state) => {
      inner.restore(state);
      for (const [index, { name }] of tasks.entries()) states.set(name, fromState(state, index));
    },
  };
}

/** JSON has no −∞: a controller without a best score has `validated` 0. */
function toState(states: readonly Turns[]): SamplerState {
  return {
    turns: states.map((each) => each.turns),
    counted: states.map((each) => each.counted),
    validated: states.map(({ controller }) => Number(controller.best !== null)),
    best: states.map(({ controller }) => controller.best ?? 0),
    bad: states.map(({ controller }) => controller.bad),
    cool: states.map(({ controller }) => controller.cool),
    stopped: states.map(({ controller }) => Number(controller.stopped)),
  };
}

function fromState(state: SamplerState, index: number): Turns {
  const at = (key: string): number => (state[key] as readonly number[])[index] ?? 0;
  const controller = {
    best: at("validated") === 1 ? at("best") : null,
    bad: at("bad"),
    cool: at("cool"),
    stopped: at("stopped") === 1,
  };
  return { turns: at("turns"), counted: at("counted"), controller };
}
