import type { CallableTable } from "./types.ts";

/** Averages of the weights over the updates of a stage. */
export const averages = {
  exponential: {
    doc: "Every update keeps a share of `decay` of the average. The first ones count as much as they would have if the average had not begun at zero. A weight counts its own updates, those of the steps that reach it: where tasks take turns, a head's average is over as many updates as the trunk's, which take more steps.",
    source: "Tarvainen & Valpola, 2017, eq. 2; Kingma & Ba, 2015, section 7.2",
    options: {
      decay: {
        type: { kind: "rate" },
        default: 0.999,
        doc: "How slowly it follows: it is over about 1 ∕ (1 − decay) of what is counted.",
      },
      count: {
        type: { kind: "one_of", options: ["updates", "steps"] },
        doc: "What a weight's average is over: its own updates (the default), or all steps of the stage, as in the literature, in which a weight that a step does not reach counts once more as it is.",
      },
    },
  },
} as const satisfies CallableTable;
