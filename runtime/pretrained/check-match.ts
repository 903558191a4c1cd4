import { counted } from "../../compiler/counted.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import { matchesPatterns } from "../../compiler/stage/weight-patterns.ts";
import type { TensorEntry } from "../checkpoint/safetensors-header.ts";
import { UserError } from "../user-error.ts";
import type { MappedWeights } from "./map-weights.ts";
import type { WeightMatch } from "./match-weights.ts";

interface CheckedMatch {
  readonly stage: string;
  readonly start: ResolvedWarmStart;
  readonly match: WeightMatch;
}

interface MatchToCheck extends CheckedMatch {
  /** Weights of mapped networks that the source lacks, and layers that only it has. */
  readonly mapped: Pick<MappedWeights, "lacking" | "further">;
  /** The modality of each weight whose rows have no names in the source. */
  readonly unnamed: ReadonlyMap<string, string>;
  /** The tensors of the source. */
  readonly entries: readonly TensorEntry[];
}

/**
 * Checks the weights that a stage takes from outside of its run. Throws a `UserError` of kind `data` if any is missing
 * or does not fit.
 */
export function checkMatch({ unnamed, mapped, entries, ...checked }: MatchToCheck): void {
  const { start, match } = checked;
  checkTypes(checked, entries);
  for (const { key } of match.taken) {
    const modality = unnamed.get(key);
    if (modality !== undefined) throw unnamedRows(key, modality, start);
  }
  checkNetworks(checked, mapped.lacking);
  checkDepths(checked, mapped.further);
  checkFound({ ...checked, found: entries.map(({ name }) => name) });
}

const floatingPoint: ReadonlySet<string> = new Set(["F64", "F32", "F16", "BF16"]);

function checkTypes({ start, match }: CheckedMatch, entries: readonly TensorEntry[]): void {
  const types = new Map(entries.map(({ name, dtype }) => [name, dtype]));
  for (const { key, from } of match.taken)
    if (!floatingPoint.has(types.get(from) ?? ""))
      throw new UserError(
        "data",
        `${start.path} holds ${from} as ${types.get(from)}; a weight is floating point numbers.`,
        `Leave it out with \`take: all except ["${key}"]\`.`,
      );
}

function unnamedRows(key: string, modality: string, { path }: ResolvedWarmStart): UserError {
  return new UserError(
    "data",
    `${path} does not say which tokens of ${modality} the rows of ${key} belong to; taken by index, they could belong to others.`,
    `Put the tokenizer.json or vocab.txt that it was trained with next to it (for a model of mtl, its preprocessing.json), or use it as the modality's vocabulary (\`file:\`). Or leave the weight out: \`take: all except ["${key}"]\`.`,
  );
}

/** Checks that the networks of a map are taken as a whole, except for what `take` leaves out. */
function checkNetworks({ start, match }: CheckedMatch, lacking: MappedWeights["lacking"]): void {
  const taken = new Set(match.taken.map(({ key }) => key));
  const untaken = [...lacking].filter(([key]) => !taken.has(key) && (!start.take || matchesPatterns(key, start.take)));
  const [first, ...others] = untaken;
  if (!first) return;
  const [key, reason] = first;
  const left = untaken.slice(0, 4).map(([each]) => JSON.stringify(each));
  throw new UserError(
    "data",
    `${start.path} does not give ${key} of ${start.as ?? "the network"}: ${reason}.${others.length === 0 ? "" : ` Nor does it give ${counted(others.length, "other")}.`}`,
    `Use the layers, the sizes and the vocabulary that it was trained with, or leave out what it lacks: \`take: all except [${left.join(", ")}${untaken.length > left.length ? ", …" : ""}]\`.`,
  );
}

/** Checks that no source has more layers than the network that begins with it, except where `take` lists what is taken of it. */
function checkDepths({ start: { path, take } }: CheckedMatch, [further]: MappedWeights["further"]): void {
  if (!further || (take && !take.include.includes("**"))) return;
  const { layer, tensor } = further;
  throw new UserError(
    "data",
    `${path} continues where the network of the model ends: it has ${tensor}, and the model has no ${layer}.`,
    "Declare as many layers as it was trained with, or list by `take` what begins with its first layers.",
  );
}

/** Checks that some weight matches, or that all do if the start says `match: all`. */
function checkFound({ stage, start, match, found }: CheckedMatch & { readonly found: readonly string[] }): void {
  const { taken, missing, otherShape } = match;
  if (taken.length === 0) throw nothingMatches({ stage, start, match, found });
  if (start.match === "some" || missing.length + otherShape.length === 0) return;
  const [first] = otherShape;
  const what = first
    ? `${first.key} is [${first.here.join(" × ")}] in stage ${stage} and [${first.there.join(" × ")}] in ${start.path}`
    : `${start.path} lacks ${missing.slice(0, 5).join(", ")}, which stage ${stage} uses`;
  throw new UserError(
    "data",
    `${what}.`,
    "`match: all` needs every weight: map their names there with `rename`, or write `match: some`.",
  );
}

function nothingMatches({
  stage,
  start,
  match: { otherShape, missing },
  found,
}: CheckedMatch & { readonly found: readonly string[] }): UserError {
  const [other] = otherShape;
  if (other)
    return new UserError(
      "data",
      `No weight of stage ${stage} fits a tensor in ${start.path}: ${other.key} is [${other.here.join(" × ")}] here and [${other.there.join(" × ")}] there.`,
      "Use the sizes that it was trained with.",
    );
  const near = found.flatMap((name) => {
    const wanted = nearestName(name, missing) ?? missing.find((key) => lastSegments(key) === lastSegments(name));
    return wanted === undefined ? [] : [`"${name}" may be ${wanted}`];
  });
  const help =
    near[0] ??
    `Its names begin with ${found
      .slice(0, 3)
      .map((name) => `"${name}"`)
      .join(", ")}; the stage's with ${missing.slice(0, 3).join(", ")}`;
  return new UserError(
    "data",
    `No tensor in ${start.path}, which has ${found.length}, is a weight of stage ${stage}.`,
    `${help}. Map the names: \`rename: { "THERE.**": "HERE.**" }\`.`,
  );
}

function lastSegments(name: string): string {
  return name.split(".").slice(-2).join(".");
}
