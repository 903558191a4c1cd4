import { define, listed } from "../define.ts";

/** Tasks that match values of two modalities. */
export const pairs = {
  metric_query: define<{ metric: string; query: string; target: string; modalities: readonly string[] }>({
    code: "MTL5050",
    severity: "error",
    message: ({ metric, query, target }) =>
      `The metric "${metric}" is asked to rank for values of "${query}", and the target is ${target}.`,
    help: ({ modalities }) =>
      modalities.length > 0
        ? `Name one of ${listed(modalities)}, or leave \`query\` out for the mean of both directions.`
        : "Leave `query` out: the candidates of a row are ranked for the row.",
  }),
  no_negatives: define<{ first: string; second: string }>({
    code: "MTL5051",
    severity: "error",
    message: ({ first, second }) => `A pair of "${first}" and "${second}" has no wrong pair to be compared with.`,
    help: ({ second }) => `Draw at least one: \`negatives: { ${second}: 1 }\`.`,
  }),
  negatives_modality: define<{ modality: string; second: string; like: string; reason: string }>({
    code: "MTL5052",
    severity: "error",
    message: ({ modality, second, reason }) => `"${modality}" cannot have hard negatives of "${second}": ${reason}.`,
    help: ({ like }) =>
      `Declare a modality of its own for them, as in \`modality wrong: like(${like})\`, and give \`from\` a vector of it as the last one.`,
  }),
  vector_of_both: define<{ task: string; modality: string; other: string }>({
    code: "MTL5201",
    severity: "warning",
    message: ({ task, modality, other }) =>
      `The vector of "${modality}" in the task "${task}" is computed from "${other}" too.`,
    help: ({ modality, other }) =>
      `Compute it without "${other}": otherwise the loss can find a row's own pair without a look at "${modality}", and values cannot be ranked by vectors that are computed once.`,
  }),
  negatives_of_other_weights: define<{ task: string; modality: string; second: string }>({
    code: "MTL5202",
    severity: "warning",
    message: ({ task, modality, second }) =>
      `The hard negatives "${modality}" of the task "${task}" are encoded by other weights than "${second}".`,
    help: ({ modality, second }) =>
      `Declare one \`layer\` and use it for "${second}" and "${modality}": otherwise the loss can tell hard negatives by their encoder, and learns nothing from their values.`,
  }),
};
