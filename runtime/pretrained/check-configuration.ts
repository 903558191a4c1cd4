import { networkFacts } from "../../compiler/analysis/network-facts.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { PlacedPart } from "../../compiler/stage/weight-map.ts";
import { isRecord } from "../data/tables/records.ts";
import { readRegular } from "../files/regular-file.ts";
import { dirname, join } from "../host/paths.ts";
import { UserError } from "../user-error.ts";
import { takenParts } from "./map-weights.ts";

export interface Configured {
  readonly start: Pick<ResolvedWarmStart, "as" | "within" | "path" | "rename" | "take">;
  readonly plans: readonly StagePlan[];
  /** The keys of the stage's weights. */
  readonly weights: Iterable<string>;
  /** The file with the weights of the source. */
  readonly file: string;
}

/** The batch size of a graph that is only analysed. */
const ROWS = 2;
const largestConfiguration = 2 ** 20;

/** The names of activations in configurations, by those of the standard library. */
const activations: { readonly [ours: string]: readonly string[] } = {
  gelu: ["gelu"],
  gelu_tanh: ["gelu_new", "gelu_pytorch_tanh", "gelu_fast"],
  gelu_sigmoid: ["quick_gelu"],
  relu: ["relu"],
  tanh: ["tanh"],
  sigmoid: ["sigmoid"],
};

/**
 * Compares the networks of a map with the `config.json` beside their weights, if there is one: the kind of the network,
 * its heads, epsilon and activation, and what the block always is, none of which would change the shape of a weight. Throws a
 * `UserError` if they differ.
 */
export async function checkConfiguration({ start, plans, weights, file }: Configured): Promise<void> {
  if (start.as === undefined || start.within !== undefined) return;
  const configuration = await read(join(dirname(file), "config.json"));
  if (!configuration) return;
  for (const placed of takenParts({ ...start, as: start.as }, weights)) {
    const { kinds, always = {}, ...keys } = placed.part.configuration;
    const kind = configuration["model_type"];
    if (typeof kind === "string" && !kinds.includes(kind)) throw wrongKind(start, kind);
    const other = Object.entries(always).find(([key, ours]) => (configuration[key] ?? ours) !== ours);
    if (other) throw otherNetwork(start, { key: other[0], ours: other[1], theirs: configuration[other[0]] });
    const facts = factsIn(plans, placed);
    for (const fact of ["heads", "epsilon", "activation"] as const) {
      const [key, theirs] = firstOf(configuration, keys[fact]);
      const ours = facts[fact];
      if (theirs === undefined || ours === undefined || isSame(ours, theirs)) continue;
      throw new UserError(
        "data",
        `config.json beside ${start.path} has ${key} ${JSON.stringify(theirs)}, and ${placed.prefix.slice(0, -1)} has ${fact} ${ours}: its weights would fit, and mean something else.`,
        `Declare the network as it was trained: ${cures[fact](theirs)}.`,
      );
    }
  }
}

const cures: { readonly [fact in "heads" | "epsilon" | "activation"]: (value: unknown) => string } = {
  heads: (value) => `\`heads: ${String(value)}\``,
  epsilon: (value) => `\`normalise: norm(epsilon: ${String(value)})\``,
  activation: (value) => {
    const ours = Object.entries(activations).find(([, theirs]) => theirs.includes(String(value)))?.[0];
    return ours === undefined ? "its activation is unknown here" : `\`ffn: mlp(activation: ${ours})\``;
  },
};

function wrongKind({ path, as }: Configured["start"], kind: string): UserError {
  return new UserError(
    "data",
    `config.json beside ${path} says that the network is ${kind}, and it is read as ${as ?? ""}.`,
    `Name the map of that network: \`as: ${kind}\`, if there is one.`,
  );
}

function otherNetwork(
  { path, as = "" }: Configured["start"],
  { key, ours, theirs }: { readonly key: string; readonly ours: unknown; readonly theirs: unknown },
): UserError {
  return new UserError(
    "data",
    `config.json beside ${path} has ${key} ${JSON.stringify(theirs)}, and a network of \`${as}\` always has ${JSON.stringify(ours)}: its weights would fit, and mean something else.`,
    "No block of the standard library computes this network: choose another file, or write a block and give the names of its weights by `rename` and `transpose`.",
  );
}

async function read(path: string): Promise<{ readonly [key: string]: unknown } | undefined> {
  const text = await readRegular(path, largestConfiguration).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text.toString("utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function factsIn(plans: readonly StagePlan[], { prefix }: PlacedPart): ReturnType<typeof networkFacts> {
  const names = {
    query: `${prefix}encoder.0.attention.query.kernel`,
    scale: `${prefix}encoder.0.attention_norm.scale`,
    up: `${prefix}encoder.0.ffn.up.bias`,
  };
  const all = plans.flatMap((plan) =>
    plan.tasks.map((task) => networkFacts(plan.predict(task, { batch: ROWS }), names)),
  );
  return Object.assign({}, ...all.toReversed()) as ReturnType<typeof networkFacts>;
}

/** The value of the first key that the configuration has; a dot leads into an object. */
function firstOf(configuration: unknown, keys: readonly string[] = []): readonly [key: string, value: unknown] {
  for (const key of keys) {
    const value = key
      .split(".")
      .reduce<unknown>((inner, part) => (isRecord(inner) ? inner[part] : undefined), configuration);
    if (value !== undefined) return [key, value];
  }
  return ["", undefined];
}

function isSame(ours: number | string, theirs: unknown): boolean {
  return typeof ours === "number" ? ours === Number(theirs) : (activations[ours] ?? []).includes(String(theirs));
}
