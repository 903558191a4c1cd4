import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { nestedStates } from "./nested-states.ts";
import type { OpenSampler, SampledTask, Sampler, SamplerSettings } from "./sampler.ts";

type Turn = Extract<ResolvedSampler, { kind: "alternating" }>["turns"][number];

/** A turn that can draw a task. */
interface OpenTurn {
  readonly sampler: Sampler;
  readonly times: number;
}

/**
 * Takes turns (Ni et al., 2021, section 3.3), each with its own sampler and number of draws. A turn of which no task
 * has rows is left out.
 */
export function alternating(settings: SamplerSettings<"alternating">, open: OpenSampler): Sampler {
  const turns = settings.options.turns.flatMap((turn) => openTurn(turn, settings, open) ?? []);
  const inner = nestedStates(turns.map(({ sampler }, index) => [`turn.${index}.`, sampler]));
  /** The current turn, and the draws that it has had. */
  let [cursor, drawn] = [0, 0];
  return {
    next: (context) => {
      const turn = turns[cursor];
      if (!turn) throw new UserError("data", "The sampler can draw no task: none of its turns has training rows.");
      const task = turn.sampler.next(context);
      drawn += 1;
      if (drawn === turn.times) [cursor, drawn] = [(cursor + 1) % turns.length, 0];
      return task;
    },
    observe: (event) => {
      for (const { sampler } of turns) sampler.observe(event);
    },
    status: () => turns.flatMap(({ sampler }) => sampler.status?.() ?? []),
    state: () => ({ ...inner.state(), cursor, drawn }),
    restore: (state) => {
      [cursor, drawn] = [Number(state["cursor"]), Number(state["drawn"])];
      inner.restore(state);
    },
  };
}

function openTurn(turn: Turn, settings: SamplerSettings<"alternating">, open: OpenSampler): OpenTurn | undefined {
  const { tasks: names, sampler: options, times } = drawsOfTurn(turn);
  const tasks = settings.tasks.filter(({ name }) => names.includes(name));
  if (!tasks.some(hasRows)) return undefined;
  return { sampler: open({ ...settings, options, tasks }), times };
}

/** The draws of a turn; a task's name is one draw of that task. */
export function drawsOfTurn(turn: Turn): Exclude<Turn, string> {
  return typeof turn === "string" ? { kind: "draws", tasks: [turn], sampler: { kind: "round_robin" }, times: 1 } : turn;
}

function hasRows({ rows }: SampledTask): boolean {
  return rows > 0;
}
