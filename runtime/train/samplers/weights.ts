import { UserError } from "../../user-error.ts";
import { categorical } from "./categorical.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

/** Given probabilities, as UniT's and MMF's ratios: normalised to 1, 0 allowed, every task named. */
export function weights({ options, tasks, random }: SamplerSettings<"weights">): Sampler {
  return categorical(tasks, random, ({ name }) => {
    const weight = options.of[name];
    if (weight === undefined)
      throw new UserError(
        "specification",
        `The sampler's weights lack task ${name}.`,
        `Add ${name} to \`weights\`; 0 leaves it untrained.`,
      );
    return weight;
  });
}
