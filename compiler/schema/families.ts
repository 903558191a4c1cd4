import type { augmentations } from "./augmentations.ts";
import type { averages } from "./averages.ts";
import type { budgets } from "./budgets.ts";
import type { balances } from "./balances.ts";
import type { checkpoints } from "./checkpoints.ts";
import type { columns } from "./columns.ts";
import type { decodings } from "./decodings.ts";
import type { earlyStops } from "./early-stops.ts";
import type { initializers } from "./initializers.ts";
import type { losses } from "./losses.ts";
import type { mergeMethods } from "./merge-methods.ts";
import type { metrics } from "./metrics.ts";
import type { modalityCalls } from "./modalities.ts";
import type { optimizers } from "./optimizers.ts";
import type { rowChoices } from "./row-choices.ts";
import type { samplers } from "./samplers.ts";
import type { schedules } from "./schedules.ts";
import type { soundFeatures } from "./sound-features.ts";
import type { starts } from "./starts.ts";
import type { steps } from "./steps.ts";
import type { targets } from "./targets.ts";
import type { teachers } from "./teachers.ts";
import type { tokenizers } from "./tokenizers.ts";
import type { turns } from "./turns.ts";
import type { weightGroups } from "./weight-groups.ts";
import type { weightSources } from "./weight-sources.ts";

/** Families of calls that an option can take, as types; `schema.ts` has the same families as values. */
export interface Families {
  augmentation: typeof augmentations;
  average: typeof averages;
  budget: typeof budgets;
  balance: typeof balances;
  checkpoint: typeof checkpoints;
  column: typeof columns;
  decoding: typeof decodings;
  early_stop: typeof earlyStops;
  initializer: typeof initializers;
  loss: typeof losses;
  merge_method: typeof mergeMethods;
  metric: typeof metrics;
  modality: typeof modalityCalls;
  optimizer: typeof optimizers;
  row_choice: typeof rowChoices;
  sampler: typeof samplers;
  schedule: typeof schedules;
  sound_features: typeof soundFeatures;
  start: typeof starts;
  step: typeof steps;
  target: typeof targets;
  teacher: typeof teachers;
  tokenizer: typeof tokenizers;
  turn: typeof turns;
  weight_group: typeof weightGroups;
  weight_source: typeof weightSources;
}

export type FamilyName = keyof Families;
