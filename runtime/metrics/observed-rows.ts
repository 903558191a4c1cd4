import type { TargetKind } from "../../compiler/targets/target.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import type { MeasuredBatch } from "./measured-batch.ts";
import type { ObservedRow } from "./observed-row.ts";

/** A row of a batch that counts. */
export interface WeightedRow<Kind extends TargetKind = TargetKind> {
  /** Its index in the batch. */
  readonly index: number;
  readonly row: ObservedRow[Kind];
  readonly weight: number;
}

/** The rows of a batch as metrics see them. */
export function* observedRows(target: { readonly kind: TargetKind }, batch: MeasuredBatch): Generator<WeightedRow> {
  const { observe } = runtimeTargetOf(target);
  for (const [index, weight] of batch.rowWeight.entries())
    if (weight > 0) yield { index, row: observe(batch, index), weight };
}
