import type { VerbGroup } from "../../verb.ts";
import { synth } from "./synth.ts";

export const data: VerbGroup = {
  name: "data",
  summary: "Make synthetic data for a specification.",
  examples: synth.examples,
  verbs: [synth],
};
