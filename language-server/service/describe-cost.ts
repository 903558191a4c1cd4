import { formatBytes, formatCount } from "../../compiler/analysis/cost/amounts.ts";
import { type Cost, memoryOf } from "../../compiler/analysis/cost/cost.ts";

/** `221.2 k parameters, 40 % trainable, 1.3 M FLOPs`; empty parts are left out. */
export function describeCost({ parameters, flops }: Cost, trainable: number | undefined): string {
  const share = trainable === undefined ? undefined : describeTrainable(trainable);
  return [
    ...(parameters > 0 ? [`${formatCount(parameters)} parameters`] : []),
    ...(parameters > 0 && share !== undefined ? [share] : []),
    ...(flops > 0 ? [`${formatCount(flops)} FLOPs`] : []),
  ].join(", ");
}

/** The same with the memory. */
export function describeWholeCost(cost: Cost, trainable: number | undefined): string {
  return [describeCost(cost, trainable), `${formatBytes(memoryOf(cost))} of memory`].filter(Boolean).join(", ");
}

function describeTrainable(share: number): string | undefined {
  if (share === 1) return undefined;
  return share === 0 ? "frozen" : `${Math.max(1, Math.round(100 * share))} % trainable`;
}

/** `+0.8 M`, `−120`; `undefined` for no change. */
export function describeChange(before: number, now: number): string | undefined {
  const change = now - before;
  return change === 0 ? undefined : `${change > 0 ? "+" : "−"}${formatCount(Math.abs(change))}`;
}
