import { type Shape, sameShape } from "../../compiler/graph/graph.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import {
  type LayoutStep,
  type MappedSource,
  type PlacedPart,
  placedParts,
  prefixesOf,
  sourcesOf,
} from "../../compiler/stage/weight-map.ts";
import { renamed } from "../../compiler/stage/renaming.ts";
import { matchesPatterns } from "../../compiler/stage/weight-patterns.ts";
import { UserError } from "../user-error.ts";
import { type FurtherLayer, furtherLayer } from "./further-layer.ts";
import { type LayoutChange, shapeAfter } from "./layout-change.ts";
import { likeliestSource } from "./likeliest-source.ts";
import type { FoundTensor, WantedWeight } from "./match-weights.ts";

/** A weight of a network that a map knows, with the tensor that it comes from. */
export interface MappedWeight {
  readonly from: string;
  readonly changes: readonly LayoutChange[];
}

/** The weights of the networks that a map knows. */
export interface MappedWeights {
  readonly sources: ReadonlyMap<string, MappedWeight>;
  /** By the key of a weight that the source should have and lacks, the reason. */
  readonly lacking: ReadonlyMap<string, string>;
  /** The layers with which the source continues where networks of the model end, at most one for each network. */
  readonly further: readonly FurtherLayer[];
}

export interface MapRequest {
  readonly wanted: readonly WantedWeight[];
  readonly found: readonly FoundTensor[];
  readonly start: Pick<ResolvedWarmStart, "as" | "within" | "path" | "rename" | "take">;
}

/**
 * Finds the tensor for each weight of the networks that the map of `as` knows. Throws a `UserError` if the source does not have the names of such
 * a network, or has several.
 */
export function mapWeights({ wanted, found, start }: MapRequest): MappedWeights {
  const sources = new Map<string, MappedWeight>();
  const lacking = new Map<string, string>();
  const further: FurtherLayer[] = [];
  const { as } = start;
  if (as === undefined) return { sources, lacking, further };
  const tensors = new Map(found.map((tensor) => [tensor.name, tensor]));
  const keys = wanted.map(({ key }) => key);
  for (const placed of takenParts({ ...start, as }, keys)) {
    const beginning = beginningIn(placed, [...tensors.keys()], { ...start, as });
    const network = wanted.flatMap((weight) => {
      const known = weight.key.startsWith(placed.prefix)
        ? sourcesOf(placed.part, weight.key.slice(placed.prefix.length))
        : undefined;
      const source = known && likeliestSource(known, [...tensors.keys()], beginning);
      return source ? [{ weight, source }] : [];
    });
    const tokensOf = new Map([...tokensByName({ wanted, found, start }), ...tokensByTensor(network, beginning)]);
    for (const { weight, source } of network) {
      const tensor = tensors.get(`${beginning}${source.from}`);
      const changes = tensor
        ? changesOf(weight, { ...source, tokens: tokensOf.get(`${beginning}${source.from}`) }, tensor.shape)
        : `there is no tensor ${beginning}${source.from}`;
      if (tensor && typeof changes !== "string") sources.set(weight.key, { from: tensor.name, changes });
      else if (typeof changes === "string") lacking.set(weight.key, changes);
    }
    const used = new Set(network.map(({ source }) => `${beginning}${source.from}`));
    const unused = [...tensors.keys()].filter((name) => !used.has(name));
    const layer = furtherLayer({ placed, keys, unused, beginning });
    if (layer) further.push(layer);
  }
  return { sources, lacking, further };
}

/** The networks of a map in a model of which something is taken. */
export function takenParts(
  start: Pick<ResolvedWarmStart, "rename" | "take"> & { readonly as: string },
  weights: Iterable<string>,
): readonly PlacedPart[] {
  const { take } = start;
  return placedParts(start, weights).filter(
    ({ part, prefix }) =>
      !take ||
      Object.keys(part.weights).some((weight) => matchesPatterns(`${prefix}${weight.replaceAll("*", "0")}`, take)),
  );
}

type MapStart = Pick<ResolvedWarmStart, "within" | "path"> & { readonly as: string };

/** The beginning of the names of a network's tensors, with its dot: files of a larger model have one. */
function beginningIn({ part }: PlacedPart, names: readonly string[], { as, path, ...start }: MapStart): string {
  const alternatives = Object.keys(part.form).map((weight) => sourcesOf(part, weight) ?? []);
  const [first = []] = alternatives;
  const known = new Set(names);
  const within = start.within === undefined ? "" : `${start.within}.`;
  const beginnings = [...new Set(first.flatMap(({ from }) => prefixesOf(from, known)))].filter(
    (beginning) =>
      beginning.startsWith(within) &&
      alternatives.every((sources) => sources.some(({ from }) => known.has(`${beginning}${from}`))),
  );
  const exact = beginnings.filter((beginning) => start.within !== undefined && beginning === within);
  const [only, ...others] = exact.length > 0 ? exact : beginnings;
  if (only === undefined)
    throw new UserError(
      "data",
      `${path} has no network with the names of ${as}${start.within === undefined ? "" : ` within ${start.within}`}: ${alternatives.map(([one]) => one?.from ?? "").join(", ")}.`,
      `Its names begin with ${names.slice(0, 3).join(", ")}. Choose another map, or give the names by \`rename\` and \`transpose\`.`,
    );
  if (others.length > 0)
    throw new UserError(
      "data",
      `${path} has several networks with the names of ${as}: ${beginnings.map((beginning) => beginning.slice(0, -1)).join(", ")}.`,
      `Choose one: \`within: "${only.slice(0, -1)}"\`.`,
    );
  return only;
}

interface NetworkWeight {
  readonly weight: WantedWeight;
  readonly source: MappedSource;
}

/** The tokens of the rows of each tensor that is a table of tokens. */
function tokensByTensor(network: readonly NetworkWeight[], beginning: string): Iterable<Tokens> {
  return network.flatMap(({ weight: { labels }, source: { from, by } }) =>
    labels?.axis === 0 && by.length === 0 ? [[`${beginning}${from}`, labels.there] as const] : [],
  );
}

/** The tokens of the rows of each tensor that `rename` makes a table of tokens, such as that of a shared layer. */
function tokensByName({ wanted, found, start: { rename = [] } }: MapRequest): Iterable<Tokens> {
  const weights = new Map(wanted.map((weight) => [weight.key, weight]));
  return found.flatMap(({ name }) => {
    const key = rename.map(([from, to]) => renamed(name, { from, to })).find((each) => each !== undefined);
    const { labels } = weights.get(key ?? "") ?? {};
    return labels?.axis === 0 ? [[name, labels.there] as const] : [];
  });
}

type Tokens = readonly [tensor: string, tokens: readonly string[]];

/** The rows by which tables of known models exceed their vocabularies are a few hundred at most; more are another vocabulary's. */
const mostSpareRows = 1024;

interface SourceOfWeight extends MappedSource {
  readonly tokens: readonly string[] | undefined;
}

/** The changes that make a weight of a tensor, or the reason why none can. */
function changesOf(
  { shape: wanted, labels }: WantedWeight,
  { by, tokens }: SourceOfWeight,
  there: Shape,
): readonly LayoutChange[] | string {
  const changes: LayoutChange[] = [];
  let shape = there;
  for (const step of by) {
    const change = changeOf(step, shape, { wanted, tokens });
    if (typeof change === "string") return change;
    const after = shapeAfter(change, shape);
    if (!after) return differing(wanted, there);
    changes.push(change);
    shape = after;
  }
  if (labels) {
    // A table has a row for each token of its vocabulary, and may have some more to be of a round size.
    const [rows = 0, ...others] = shape;
    if (!sameShape(others, wanted.slice(1))) return differing(wanted, shape);
    const count = labels.there.length;
    if (count > rows || count + mostSpareRows < rows)
      return `its vocabulary has ${count} tokens, and the table ${rows} rows`;
    return changes;
  }
  if (sameShape(shape, wanted)) return changes;
  return sameShape(withoutOnes(shape), withoutOnes(wanted))
    ? [...changes, { kind: "reshaped", shape: wanted }]
    : differing(wanted, shape);
}

function differing(here: Shape, there: Shape): string {
  return `it is [${here.join(" × ")}] here and [${there.join(" × ")}] there`;
}

function changeOf(
  step: LayoutStep,
  [rows = 0]: Shape,
  { wanted, tokens }: { readonly wanted: Shape; readonly tokens: readonly string[] | undefined },
): LayoutChange | string {
  if (typeof step === "string") return { kind: step };
  if ("part" in step) return { kind: "rows", from: (step.part * rows) / step.of, count: rows / step.of };
  if ("rows_from" in step) return { kind: "rows", from: step.rows_from, count: wanted[0] ?? 0 };
  if (!tokens) return `no vocabulary tells which row is the token ${step.row_of}`;
  const row = tokens.indexOf(step.row_of);
  return row < 0 ? `the vocabulary has no token ${step.row_of}` : { kind: "rows", from: row, count: 1 };
}

function withoutOnes(shape: Shape): Shape {
  return shape.filter((size) => size !== 1);
}
