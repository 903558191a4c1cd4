import type { VerbGroup } from "../../verb.ts";
import { stats } from "./stats.ts";
import { synth } from "./synth.ts";

export const data: VerbGroup = {
  name: "data",
  summary: "Inspect the data of a specification, or make synthetic data.",
  examples: [...stats.examples, ...synth.examples],
  verbs: [stats, synth],
};
