import { adapterLibrary } from "./adapter-library.ts";
import { adapters } from "./adapters.ts";
import { base } from "./base.ts";
import { baseStart } from "./base-start.ts";
import { camtlSamplers, camtlSamplersLearnable } from "./ca-mtl-samplers.ts";
import type { Experiment } from "./experiment.ts";
import { hypergridGates } from "./hypergrid-gates.ts";
import { madx } from "./madx.ts";
import { mmoeCorrelation } from "./mmoe-correlation.ts";
import { mtdnnLowResource } from "./mt-dnn-low-resource.ts";
import { mtdnnMerging } from "./mt-dnn-merging.ts";
import { sharing } from "./sharing.ts";
import { stopAndGo } from "./stop-and-go.ts";

/** All experiments by the name that `npm run experiment` takes, which is also the name in the marks of its section in the README. */
export const experiments: Readonly<Record<string, Experiment>> = {
  "adapter-library": adapterLibrary,
  adapters,
  base,
  "base-start": baseStart,
  "ca-mtl-samplers": camtlSamplers,
  "ca-mtl-samplers-without-sense": camtlSamplersLearnable,
  "hypergrid-gates": hypergridGates,
  madx,
  "mmoe-correlation": mmoeCorrelation,
  "mt-dnn-low-resource": mtdnnLowResource,
  "mt-dnn-merging": mtdnnMerging,
  sharing,
  "stop-and-go": stopAndGo,
};
