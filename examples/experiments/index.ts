import { camtlSamplers, camtlSamplersLearnable } from "./ca-mtl-samplers.ts";
import type { Experiment } from "./experiment.ts";
import { mtdnnLowResource } from "./mt-dnn-low-resource.ts";
import { stopAndGo } from "./stop-and-go.ts";

/** By the name that `npm run experiment` takes, which is also that of its place in the README. */
export const experiments: Readonly<Record<string, Experiment>> = {
  "ca-mtl-samplers": camtlSamplers,
  "ca-mtl-samplers-without-sense": camtlSamplersLearnable,
  "mt-dnn-low-resource": mtdnnLowResource,
  "stop-and-go": stopAndGo,
};
