import { augmentations } from "./augmentations.ts";
import { averages } from "./averages.ts";
import { budgets } from "./budgets.ts";
import { balances } from "./balances.ts";
import { checkpoints } from "./checkpoints.ts";
import { columns } from "./columns.ts";
import { datasetOptions, stageOptions, taskOptions } from "./declarations.ts";
import { decodings } from "./decodings.ts";
import { earlyStops } from "./early-stops.ts";
import type { FamilyName } from "./families.ts";
import { initializers } from "./initializers.ts";
import { losses } from "./losses.ts";
import { mergeMethods } from "./merge-methods.ts";
import { metrics } from "./metrics.ts";
import { modalityCalls } from "./modalities.ts";
import { optimizers } from "./optimizers.ts";
import { rowChoices } from "./row-choices.ts";
import { samplers } from "./samplers.ts";
import { schedules } from "./schedules.ts";
import { soundFeatures } from "./sound-features.ts";
import { starts } from "./starts.ts";
import { steps } from "./steps.ts";
import { targets } from "./targets.ts";
import { teachers } from "./teachers.ts";
import { tokenizers } from "./tokenizers.ts";
import { turns } from "./turns.ts";
import type { CallableTable, OptionTable } from "./types.ts";
import { weightGroups } from "./weight-groups.ts";
import { weightSources } from "./weight-sources.ts";

/**
 * All declarations and families: the checker, the manual, the JSON Schemas and the suggestions of names read this
 * table.
 */
export const schema = {
  families: {
    augmentation: augmentations,
    average: averages,
    budget: budgets,
    balance: balances,
    checkpoint: checkpoints,
    column: columns,
    decoding: decodings,
    early_stop: earlyStops,
    initializer: initializers,
    loss: losses,
    merge_method: mergeMethods,
    metric: metrics,
    modality: modalityCalls,
    optimizer: optimizers,
    row_choice: rowChoices,
    sampler: samplers,
    schedule: schedules,
    sound_features: soundFeatures,
    start: starts,
    step: steps,
    target: targets,
    teacher: teachers,
    tokenizer: tokenizers,
    turn: turns,
    weight_group: weightGroups,
    weight_source: weightSources,
  } satisfies { [Family in FamilyName]: CallableTable },
  declarations: { task: taskOptions, dataset: datasetOptions, stage: stageOptions } satisfies {
    [declaration: string]: OptionTable;
  },
} as const;
