import type { CallableTable } from "./types.ts";

/** Averages of the weights over the updates of a stage. */
export const averages = {
  exponential: {
    doc: "Every update keeps a share of `decay` of the average. The first ones count as much as they would have if the average had not begun at zero.",
    source: "Tarvainen & Valpola, 2017, eq. 2; Kingma & Ba, 2015, section 7.2",
    options: { decay: { type: { kind: "rate" }, default: 0.999, doc: "How slowly it follows: it is over about 1 ∕ (1 − decay) updates." } },
  },
} as const satisfies CallableTable;
