import type { CallableTable } from "./types.ts";

/** Turns of the sampler `alternating`; a turn that is only the name of a task takes that task once. */
export const turns = {
  draws: {
    doc: "A turn in which another sampler draws some of the stage's tasks.",
    options: {
      tasks: {
        type: { kind: "list", element: { kind: "name", of: "task" }, distinct: true },
        required: true,
        doc: "The tasks that are drawn.",
      },
      sampler: {
        type: { kind: "call", family: "sampler" },
        default: "round_robin",
        doc: "The sampler that draws them, as in a stage of these tasks alone.",
      },
      times: { type: { kind: "int", min: 1 }, default: 1, unit: "draws", doc: "The number of draws in a turn." },
    },
  },
} as const satisfies CallableTable;
