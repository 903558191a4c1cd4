import { weightMaps } from "../prelude/weight-maps.ts";
import type { WrittenPart, WrittenSource, WrittenStep } from "../prelude/written-weight-map.ts";
import type { OrderedMap } from "../schema/types.ts";
import { inverse, renamed } from "./renaming.ts";

export type LayoutStep = WrittenStep;

/** A network of a map at its location in a model: the beginning of the names of its weights. */
export interface PlacedPart {
  readonly part: WrittenPart;
  readonly prefix: string;
}

/** A tensor that a weight may come from, without the beginning of the names in the file. */
export interface MappedSource {
  readonly from: string;
  readonly by: readonly LayoutStep[];
}

/** The parts of the map with this name, which the schema has checked. */
export function partsOfMap(name: string): readonly WrittenPart[] {
  const map = weightMaps[name];
  if (!map) throw new Error(`no weight map ${name}`);
  return map.parts;
}

/** The map of a start, and what it names itself. */
export interface MapChoice {
  readonly as: string;
  readonly rename?: OrderedMap<string> | undefined;
}

/** The networks of a map that are in a model: those with all weights of the form, and none that the network does not have. */
export function placedParts(choice: MapChoice, weights: Iterable<string>): readonly PlacedPart[] {
  const known = new Set(weights);
  return partsOfMap(choice.as).flatMap((part) =>
    candidates(part, known).filter((placed) => differencesOf(placed, known, choice).length === 0),
  );
}

export interface Difference {
  readonly kind: "lacks" | "has";
  readonly weight: string;
  /** The change that removes the difference. */
  readonly cure: string;
}

/** The network of a model that is most like one of a map, with the first difference; `undefined` if none is like it. */
export function nearestPart(
  choice: MapChoice,
  weights: Iterable<string>,
): (PlacedPart & { readonly difference: Difference }) | undefined {
  const known = new Set(weights);
  const all = partsOfMap(choice.as)
    .flatMap((part) => candidates(part, known))
    .flatMap((placed) => {
      const differences = differencesOf(placed, known, choice);
      const [difference] = differences;
      return difference ? [{ ...placed, difference, count: differences.length }] : [];
    })
    .toSorted((left, right) => left.count - right.count);
  return all[0];
}

/** Each prefix under which a weight of the form exists. */
function candidates(part: WrittenPart, known: ReadonlySet<string>): readonly PlacedPart[] {
  const prefixes = Object.keys(part.form).flatMap((weight) => prefixesOf(weight, known));
  return [...new Set(prefixes)].map((prefix) => ({ part, prefix }));
}

function differencesOf(
  { part, prefix }: PlacedPart,
  known: ReadonlySet<string>,
  { rename = [] }: MapChoice,
): readonly Difference[] {
  const has = (weight: string): boolean => known.has(`${prefix}${weight}`);
  // A weight that has another name, as in a shared layer, may be given by `rename`.
  const isRenamed = (weight: string): boolean =>
    sourcesOf(part, weight)?.some(({ from }) => rename.some(([pattern]) => pattern.endsWith(lastSegments(from)))) ??
    false;
  const lacking = Object.entries(part.form).filter(([weight]) => !has(weight) && !isRenamed(weight));
  const extra = Object.entries(part.without ?? {}).filter(([weight]) => has(weight));
  return [
    ...lacking.map(([weight, cure]) => ({ kind: "lacks" as const, weight, cure })),
    ...extra.map(([weight, cure]) => ({ kind: "has" as const, weight, cure })),
  ];
}

function lastSegments(name: string): string {
  return name.split(".").slice(-2).join(".");
}

/** The beginnings of the names that end with this one, each with its dot. */
export function prefixesOf(name: string, names: Iterable<string>): readonly string[] {
  return [...names].flatMap((each) =>
    each === name ? [""] : each.endsWith(`.${name}`) ? [each.slice(0, -name.length)] : [],
  );
}

/** The tensors that a weight of a network may come from, best first; `undefined` if the map does not have the weight. */
export function sourcesOf(part: WrittenPart, weight: string): readonly MappedSource[] | undefined {
  for (const [pattern, written] of Object.entries(part.weights)) {
    const sources = sourcesIn(written).flatMap(({ from, by }) => {
      const name = renamed(weight, { from: pattern, to: from });
      return name === undefined ? [] : [{ from: name, by }];
    });
    if (sources.length > 0) return sources;
  }
  return undefined;
}

/** The weights of a network that may come from a tensor with this name, whether a model has them or not. */
export function weightsFrom(part: WrittenPart, tensor: string): readonly string[] {
  return Object.entries(part.weights).flatMap(([pattern, written]) =>
    sourcesIn(written).flatMap(({ from }) => renamed(tensor, inverse({ from: pattern, to: from })) ?? []),
  );
}

function sourcesIn(written: WrittenSource | readonly WrittenSource[]): readonly MappedSource[] {
  const all = typeof written === "object" && !("from" in written) ? written : [written];
  return all.map((source) => (typeof source === "string" ? { from: source, by: [] } : source));
}
