import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy, focal, klDivergence } from "./cross-entropy.ts";
import { infoNce, pairwiseSigmoid } from "./in-batch.ts";
import { listwise } from "./listwise.ts";
import type { LossKind } from "../../schema/resolved.ts";
import type { LossDefinition } from "./loss.ts";
import { huber, mae, mse } from "./regression.ts";

/** Every loss by name. The schema describes its meaning and options. */
export const lossDefinitions: { readonly [Kind in LossKind]: LossDefinition<Kind> } = {
  cross_entropy: crossEntropy,
  focal,
  kl_divergence: klDivergence,
  binary_cross_entropy: binaryCrossEntropy,
  mse,
  mae,
  huber,
  info_nce: infoNce,
  pairwise_sigmoid: pairwiseSigmoid,
  listwise,
};
