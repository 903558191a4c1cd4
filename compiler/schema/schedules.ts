import type { CallableTable } from "./types.ts";

const warmup = {
  type: { kind: "duration" },
  default: 0,
  unit: "steps or a fraction of the stage",
  doc: "Time over which the rate rises linearly from 0.",
} as const;
const floor = { type: { kind: "rate" }, default: 0, doc: "Final value, as a fraction of the rate." } as const;

/** A factor on the learning rate at each step of a stage. */
export const schedules = {
  constant: { doc: "1 after the warm-up.", options: { warmup } },
  linear: { doc: "Falls linearly to `floor` at the end.", options: { warmup, floor } },
  cosine: {
    doc: "Falls along half a cosine to `floor` at the end.",
    source: "Loshchilov & Hutter, 2017, eq. 5, one period",
    options: { warmup, floor },
  },
  step: {
    doc: "Multiplied by `factor` after every `every`.",
    options: {
      warmup,
      every: {
        type: { kind: "duration" },
        required: true,
        unit: "steps or a fraction of the stage",
        doc: "Time between two reductions.",
      },
      factor: { type: { kind: "rate" }, default: 0.1, doc: "Factor of each reduction." },
    },
  },
  inverse_sqrt: {
    doc: "√(warmup ∕ step) after the warm-up.",
    source: "Vaswani et al., 2017, eq. 3",
    options: { warmup: { ...warmup, default: 100 } },
  },
} as const satisfies CallableTable;
