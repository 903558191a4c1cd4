import type { ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { fittedBy } from "../data/fit/preprocessing.ts";
import type { Preprocessing } from "../data/data.ts";
import type { ObservedRow, TargetKind } from "../metrics/metric.ts";
import { argmax } from "../metrics/rank.ts";

/** A target or a prediction as people read it: a class, names of labels, a number, places of candidates, tokens. */
export type ToldValue = string | number | null | readonly string[] | readonly number[];

export interface ToldRow {
  readonly target: ToldValue;
  readonly prediction: ToldValue;
}

/** What ids stand for. */
export interface Names {
  readonly classOf: (index: number) => string;
  readonly tokenOf: (id: number) => string;
}

export function namesOf(task: string, target: ResolvedTarget, preprocessing: Preprocessing): Names {
  const classes = preprocessing.classes[task] ?? [];
  // Outputs beyond the classes that the data has.
  const classOf = (index: number): string => classes[index] ?? `class ${index}`;
  if (target.kind !== "masked") return { classOf, tokenOf: String };
  const encoding = fittedBy(preprocessing).encodingOf(target.modality);
  return { classOf, tokenOf: (id) => encoding.decode([id]) };
}

export const tellRow: { readonly [Kind in TargetKind]: (row: ObservedRow[Kind], names: Names) => ToldRow } = {
  category: ({ scores, target }, { classOf }) => ({ target: classOf(target), prediction: classOf(argmax(scores)) }),
  labels: ({ scores, target }, { classOf }) => ({
    target: placesAbove(target, 0.5).map(classOf),
    prediction: placesAbove(scores, 0).map(classOf),
  }),
  number: ({ prediction, target }) => ({ target, prediction: Number.isFinite(prediction) ? prediction : null }),
  // The relevant candidates, and all of them by falling score.
  ranking: ({ scores, relevance }) => ({
    target: placesAbove(relevance, 0),
    prediction: placesAbove(relevance, -0.5).sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0)),
  }),
  masked: ({ scores, target }, { tokenOf }) => {
    const width = scores.length / target.length;
    const places = placesAbove(target, -0.5);
    return {
      target: places.map((place) => tokenOf(target[place] ?? 0)),
      prediction: places.map((place) => tokenOf(argmax(scores.subarray(place * width, (place + 1) * width)))),
    };
  },
};

function placesAbove(values: Float32Array | Float64Array | Int32Array, least: number): number[] {
  return [...values.keys()].filter((place) => (values[place] ?? 0) > least);
}
