import { damage, strangers } from "./damage/damage.ts";
import { edits } from "./edits/edits.ts";
import { inputs } from "./inputs/inputs.ts";
import { killsOf } from "./kills/kills.ts";
import { locks } from "./locks/locks.ts";
import { renames } from "./renames/renames.ts";
import type { Campaign } from "./trial.ts";

export const campaigns: readonly Campaign[] = [damage, strangers, locks, killsOf(), inputs, edits, renames];
