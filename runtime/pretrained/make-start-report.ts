import { scalesOfNumbers } from "../targets/number-scale.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import type { TensorEntry } from "../checkpoint/safetensors-header.ts";
import type { WeightSource } from "./find-source.ts";
import type { AxisLabels, WeightMatch } from "./match-weights.ts";
import type { StartReport } from "./start-report.ts";
import type { TakenScale } from "./taken-scales.ts";

/**
 * A source of weights with the tensors that its files hold, and the SHA-256 of its file, or of the hashes of its files.
 */
export interface LocatedSource extends WeightSource {
  readonly entries: readonly TensorEntry[];
  readonly hash: string;
}

export interface ReportedStart {
  readonly stage: string;
  /** The index of the source among those of the stage. */
  readonly index: number;
  readonly start: ResolvedWarmStart;
  readonly match: WeightMatch;
  readonly source: Pick<LocatedSource, "checkpoint" | "hash">;
  readonly labels: ReadonlyMap<string, AxisLabels>;
  readonly scales: readonly TakenScale[];
  readonly vocabulary: ReadonlyMap<string, string>;
}

/** Creates the report about the weights that a stage takes from outside of its run. */
export function makeStartReport({
  stage,
  index,
  start,
  match,
  source,
  labels,
  scales,
  vocabulary,
}: ReportedStart): StartReport {
  const partly = match.taken.flatMap(({ key, from, places }) =>
    places ? [{ weight: key, from, ...placeCounts(places.of) }] : [],
  );
  return {
    version: 1,
    stage,
    ...(index > 0 ? { source: index } : {}),
    path: start.path,
    checkpoint: source.checkpoint ?? null,
    sha256: source.hash,
    taken: match.taken.filter(({ places }) => !places).map(({ key, from }) => ({ weight: key, from })),
    partly,
    missing: match.missing,
    otherShape: match.otherShape.map(({ key, from, here, there }) => ({ weight: key, from, here, there })),
    unused: match.unused,
    labels: changedLabels(match.taken.flatMap(({ key, places }) => (places ? (labels.get(key) ?? []) : []))),
    ...(scales.length > 0
      ? {
          scales: scales.flatMap(({ task, scale, kept }) =>
            scalesOfNumbers(scale).map((each) => ({ task, ...each, kept })),
          ),
        }
      : {}),
    ...(vocabulary.size > 0 ? { vocabularies: Object.fromEntries(vocabulary) } : {}),
  };
}

/** One entry for each list of names that differs, however many weights have it. */
function changedLabels(labels: readonly AxisLabels[]): StartReport["labels"] {
  const byOwner = new Map(labels.map((each) => [each.of, each]));
  return [...byOwner.values()].flatMap(({ of, here, there }) => {
    const [ours, theirs] = [new Set(here), new Set(there)];
    // A row without a token has an empty name.
    const lackedBy = (known: ReadonlySet<string>) => (name: string) => name !== "" && !known.has(name);
    const changes = { added: here.filter(lackedBy(theirs)), gone: there.filter(lackedBy(ours)) };
    return changes.added.length + changes.gone.length > 0 ? [{ of, ...changes }] : [];
  });
}

function placeCounts(places: readonly (number | undefined)[]): { readonly taken: number; readonly fresh: number } {
  const taken = places.filter((place) => place !== undefined).length;
  return { taken, fresh: places.length - taken };
}
