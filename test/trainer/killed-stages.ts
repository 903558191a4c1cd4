import { stage } from "./tiny-program.ts";

const often = {
  kind: "checkpoint",
  every: { unit: "steps", value: 3 },
  keep: 2,
  keep_best: true,
  best: "auto",
} as const;

export const killedStages = [
  stage({ name: "warm", tasks: ["size"], steps: 20, checkpoint: often }),
  stage({
    name: "fit",
    steps: 70,
    sampler: { kind: "uniform" },
    init: { kind: "best", stage: "warm" },
    checkpoint: often,
  }),
  stage({
    name: "uncertain",
    steps: 20,
    step: { kind: "mixed" },
    sampler: { kind: "uncertainty", candidates: 6, score: "code", proxy: { size: "kind" } },
    checkpoint: often,
  }),
  stage({
    name: "each",
    for_each: "task",
    fork: true,
    init: { kind: "best", stage: "fit" },
    steps: 15,
    checkpoint: often,
  }),
];
