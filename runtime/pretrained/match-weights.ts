import { type Shape, sameShape } from "../../compiler/graph/graph.ts";
import { type Renaming, firstRenamed, renamedKeys } from "../../compiler/stage/renaming.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import type { OrderedMap } from "../../compiler/schema/types.ts";
import { matchesPatterns } from "../../compiler/stage/weight-patterns.ts";
import { UserError } from "../user-error.ts";
import { type LayoutChange, shapeAfter } from "./layout-change.ts";
import type { MappedWeights } from "./map-weights.ts";

/** A weight or state by its key in checkpoints. */
export interface WantedWeight {
  readonly key: string;
  readonly shape: Shape;
  /** An axis whose indices have names on both sides, by which they are matched. */
  readonly labels?: AxisLabels;
}

/** Names of the indices of an axis, in order: the classes of a task. */
export interface AxisLabels {
  readonly axis: number;
  /** The source of the names. */
  readonly of: string;
  readonly here: readonly string[];
  readonly there: readonly string[];
  /** `last` if the last index on both sides stands for no class. */
  readonly none?: "last";
}

export interface FoundTensor {
  readonly name: string;
  readonly shape: Shape;
}

/** A weight that is taken as a whole or by the names of an axis. */
export interface TakenWeight {
  readonly key: string;
  readonly from: string;
  /** The changes from the layout of the source, in their order. */
  readonly changes: readonly LayoutChange[];
  /**
   * The index in the source for each index of the axis; `undefined` for an index without a match. Absent if the whole
   * weight is taken.
   */
  readonly places?: { readonly axis: number; readonly of: readonly (number | undefined)[] };
}

export interface OtherShape {
  readonly key: string;
  readonly from: string;
  readonly here: Shape;
  readonly there: Shape;
}

export interface WeightMatch {
  readonly taken: readonly TakenWeight[];
  readonly otherShape: readonly OtherShape[];
  /** The weights that are not found or not to be taken. */
  readonly missing: readonly string[];
  /** The tensors that are not used. */
  readonly unused: readonly string[];
}

export interface MatchRequest {
  readonly wanted: readonly WantedWeight[];
  readonly found: readonly FoundTensor[];
  readonly start: Pick<ResolvedWarmStart, "rename" | "take" | "transpose">;
  /** Earlier names of the specification's weights. */
  readonly renamings: readonly Renaming[];
  /** The weights that the map of `as` knows, by key. What `rename` says comes first. */
  readonly mapped?: MappedWeights["sources"];
}

/** Finds the tensor for each weight. */
export function matchWeights({ wanted, found, start, renamings, mapped }: MatchRequest): WeightMatch {
  const tensors = byWeight(found, start.rename ?? [], renamings);
  const byName = new Map(found.map((tensor) => [tensor.name, tensor]));
  const [taken, otherShape, missing]: [TakenWeight[], OtherShape[], string[]] = [[], [], []];
  for (const weight of wanted) {
    const { key } = weight;
    const isWanted = !start.take || matchesPatterns(key, start.take);
    const own = tensors.get(key) ?? tensors.get(withoutKind(key));
    const known = own ? undefined : mapped?.get(key);
    const tensor = isWanted ? (own ?? byName.get(known?.from ?? "")) : undefined;
    if (!tensor) {
      missing.push(key);
      continue;
    }
    const changes = known?.changes ?? changesBy(start.transpose, tensor);
    const there = changes.reduce<Shape>((shape, change) => shapeAfter(change, shape) ?? shape, tensor.shape);
    const fit = fitOf(weight, there);
    if (fit) taken.push({ key, from: tensor.name, changes, ...fit });
    else otherShape.push({ key, from: tensor.name, here: weight.shape, there });
  }
  const used = new Set(taken.map(({ from }) => from));
  return { taken, otherShape, missing, unused: found.map(({ name }) => name).filter((name) => !used.has(name)) };
}

/** The name of a state, under which files of other programs have it; checkpoints have `state/` before it. */
function withoutKind(key: string): string {
  return key.replace(/^state\//, "");
}

function changesBy(transpose: ResolvedWarmStart["transpose"], { name, shape }: FoundTensor): readonly LayoutChange[] {
  return transpose && shape.length === 2 && matchesPatterns(name, transpose) ? [{ kind: "transposed" }] : [];
}

/** Matches the whole tensor if shape and names are equal, or else by names if only these differ. */
function fitOf({ shape, labels }: WantedWeight, there: Shape): Pick<TakenWeight, "places"> | undefined {
  if (!labels || isSameList(labels.here, labels.there)) return sameShape(shape, there) ? {} : undefined;
  const { axis } = labels;
  const withoutAxis = (of: Shape): Shape => of.filter((_, each) => each !== axis);
  if (
    shape.length !== there.length ||
    !sameShape(withoutAxis(shape), withoutAxis(there)) ||
    labels.there.length > (there[axis] ?? 0)
  )
    return undefined;
  const known = new Map(labels.there.map((name, place) => [name, place]));
  const of = Array.from({ length: shape[axis] ?? 0 }, (_, place) => placeOf(known, labels.here[place]));
  if (labels.none) of[of.length - 1] = (there[axis] ?? 0) - 1;
  return { places: { axis, of } };
}

/** The index of a name. An axis may have more indices than names. */
function placeOf(known: ReadonlyMap<string, number>, name: string | undefined): number | undefined {
  return name === undefined || name === "" ? undefined : known.get(name);
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index]);
}

/**
 * The tensors by the key of the weight that they become. Two tensors for one weight are an error, since either may be
 * meant.
 */
function byWeight(
  found: readonly FoundTensor[],
  rename: OrderedMap<string>,
  renamings: readonly Renaming[],
): ReadonlyMap<string, FoundTensor> {
  const earlier = renamedKeys(
    found.map(({ name }) => name),
    renamings,
  );
  const own = rename.map(([from, to]) => ({ from, to }));
  const tensors = new Map<string, FoundTensor>();
  for (const tensor of found) {
    const { name } = tensor;
    const key = firstRenamed(name, own) ?? earlier.get(name) ?? name;
    const other = tensors.get(key);
    if (other)
      throw new UserError(
        "data",
        `"${other.name}" and "${name}" would both become the weight ${key}.`,
        "Narrow the patterns of `rename`, so that each name has one source.",
      );
    tensors.set(key, tensor);
  }
  return tensors;
}
