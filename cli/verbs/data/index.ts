import type { VerbGroup } from "../../verb.ts";
import { stats } from "./stats.ts";
import { synth } from "./synth.ts";

export const data: VerbGroup = {
  name: "data",
  summary: "Look at the data of a specification, or make some up.",
  examples: [...stats.examples, ...synth.examples],
  verbs: [stats, synth],
};
