import type { CallableTable } from "./types.ts";

/** Averages of the weights over the updates of a stage. */
export const averages = {
  exponential: {
    doc: "Every update keeps the fraction `decay` of the average. The first updates are corrected for the average having begun at zero. A weight counts its own updates, which are those of the steps that reach it: if tasks take turns, a head's average covers as many updates as the trunk's, but more steps.",
    source: "Tarvainen & Valpola, 2017, eq. 2; Kingma & Ba, 2015, section 7.2",
    options: {
      decay: {
        type: { kind: "rate" },
        default: 0.999,
        doc: "Decay of the average, which covers about 1 ∕ (1 − decay) counts.",
      },
      count: {
        type: { kind: "one_of", options: ["updates", "steps"] },
        doc: "The unit of counting: the weight's own updates (the default), or all steps of the stage as in the literature, where a weight that a step does not reach is counted again unchanged.",
      },
    },
  },
} as const satisfies CallableTable;
