import type { Sampler, SamplerState } from "./sampler.ts";

/** The states of samplers that another one wraps, in one object: each key has the prefix of its sampler before it. */
export function nestedStates(samplers: readonly (readonly [prefix: string, sampler: Sampler])[]): {
  readonly state: () => SamplerState;
  readonly restore: (state: SamplerState) => void;
} {
  return {
    state: () =>
      Object.fromEntries(
        samplers.flatMap(([prefix, sampler]) =>
          Object.entries(sampler.state()).map(([key, value]) => [`${prefix}${key}`, value]),
        ),
      ),
    restore: (state) => {
      for (const [prefix, sampler] of samplers) {
        const own = Object.entries(state).filter(([key]) => key.startsWith(prefix));
        sampler.restore(Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])));
      }
    },
  };
}
