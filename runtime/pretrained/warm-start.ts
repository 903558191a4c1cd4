import { scalesOfNumbers } from "../targets/number-scale.ts";
import { sha256 } from "../host/hashing.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import type { StagePlan, StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import { rulesOf } from "../../compiler/semantics.ts";
import { type Tensors, sha256OfFile } from "../checkpoint/checkpoint.ts";
import { readSafetensorsHeader } from "../checkpoint/safetensors.ts";
import type { Preprocessing } from "../data/data.ts";
import { initialWeight } from "../train/phase/initialize.ts";
import { weightKey } from "../train/phase/phase-weights.ts";
import { type Phase, forkOf, phasesOf } from "../train/phase/phases.ts";
import type { Program } from "../train/program.ts";
import { UserError } from "../user-error.ts";
import { type SourceFolders, type WeightSource, findSource } from "./find-source.ts";
import { type NamedAxes, axisLabels, namingOf } from "./axis-labels.ts";
import { type SourceNames, sourceNames } from "./source-names.ts";
import { type AxisLabels, type WeightMatch, matchWeights } from "./match-weights.ts";
import type { StartReport } from "./start-report.ts";
import { takeWeights } from "./take-weights.ts";
import { type TakenScale, takenScales } from "./taken-scales.ts";

/** What a stage with `init: from(…)` takes, looked at before training begins. */
export interface WarmStart {
  readonly report: StartReport;
  /** Of numbers whose last layer is taken. */
  readonly scales: readonly TakenScale[];
  /** The weights that a stage would begin with, and over them those that are taken. */
  over(weights: Tensors, seed: number): Promise<Tensors>;
}

/** By the name of the stage. */
export type WarmStarts = ReadonlyMap<string, WarmStart>;

export interface WarmStartsSettings {
  readonly program: Program;
  readonly folders: SourceFolders;
  /** That of this run, whose names of classes and pieces of text weights are taken by; asked for where the source has such names. */
  readonly preprocessing: () => Promise<Preprocessing>;
  /** Phases that have begun: what they took is in the run's checkpoints. */
  readonly begun?: ReadonlySet<string>;
  /** The last stage that is wanted; by default all are. */
  readonly until?: string;
}

/** The warm starts of a program's stages. Everything that can be wrong with one ends here in a `UserError`. */
export async function openWarmStarts({
  program,
  folders,
  preprocessing,
  begun = new Set(),
  until,
}: WarmStartsSettings): Promise<WarmStarts> {
  const starts = new Map<string, WarmStart>();
  const phases = phasesOf(program.specification);
  const { stages } = program.specification;
  const last = stages.findIndex(({ name }) => name === until);
  for (const { name: stage, init } of last < 0 ? stages : stages.slice(0, last + 1)) {
    if (
      init?.kind !== "from" ||
      !begins(
        phases.filter((phase) => phase.stage.name === stage),
        begun,
      )
    )
      continue;
    starts.set(stage, await openWarmStart({ program, folders, preprocessing, phases, stage, start: init }));
  }
  return starts;
}

/** Whether a stage has yet to take something: each phase of a fork does. */
function begins(phases: readonly Phase[], begun: ReadonlySet<string>): boolean {
  const hasBegun = ({ name }: Phase): boolean => begun.has(name);
  return !phases.some(hasBegun) || (phases.some((phase) => forkOf(phase) !== undefined) && !phases.every(hasBegun));
}

interface StartOfStage {
  readonly program: Program;
  readonly folders: SourceFolders;
  readonly preprocessing: WarmStartsSettings["preprocessing"];
  readonly phases: readonly Phase[];
  readonly stage: string;
  readonly start: ResolvedWarmStart;
}

async function openWarmStart({
  program,
  folders,
  preprocessing,
  phases,
  stage,
  start,
}: StartOfStage): Promise<WarmStart> {
  const source = await findSource(start, folders);
  const entries = (await Promise.all(source.files.map(readSafetensorsHeader))).flatMap((header) => header.entries);
  const hash = await checkedHash(source);
  const plans = plansOf(
    program,
    phases.filter((phase) => phase.stage.name === stage),
  );
  const weights = weightsOf(plans);
  const models = source.preprocessing && { program, plans, here: await preprocessing(), there: source.preprocessing };
  const { labels, unnamed, vocabulary } = await namedAxes({ program, plans, source, folders, preprocessing });
  const wanted = [...weights].map(([key, { shape }]) => ({ key, shape, ...labelsOf(labels.get(key)) }));
  const match = matchWeights({ wanted, found: entries, start, renamings: program.specification.renamed ?? [] });
  const types = new Map(entries.map(({ name, dtype }) => [name, dtype]));
  for (const { key, from } of match.taken) {
    if (!floatingPoint.has(types.get(from) ?? ""))
      throw new UserError(
        "data",
        `${start.path} holds ${from} as ${types.get(from)}; a weight is floating point numbers.`,
        `Leave it out with \`take: all except ["${key}"]\`.`,
      );
  }
  for (const { key } of match.taken) {
    const modality = unnamed.get(key);
    if (modality !== undefined) throw unnamedRows(key, modality, start);
  }
  checkMatch({ stage, start, match, found: entries.map(({ name }) => name) });
  // What one turn of a fork trains is not there for the next one.
  const turns = program.specification.stages.some(({ name, fork }) => name === stage && fork)
    ? plans.map((plan) => weightsOf([plan]))
    : [weights];
  for (const turn of turns) checkFrozen({ program, phases, stage, start, match, weights: turn });
  const scales = models ? takenScales({ ...models, match }) : [];
  return {
    report: reportOf({ stage, start, match, source, hash, labels, scales, vocabulary }),
    scales,
    over: async (carried, seed) => {
      const initial = (key: string) => {
        const weight = weights.get(key);
        if (!weight) throw new Error(`no weight ${key} in stage ${stage}`);
        return (
          carried.get(key) ?? {
            shape: weight.shape,
            data: initialWeight({ seed, name: weight.name, shape: weight.shape, initializer: weight.initializer }),
          }
        );
      };
      return new Map([...carried, ...(await takeWeights(source.files, match.taken, initial))]);
    },
  };
}

const floatingPoint: ReadonlySet<string> = new Set(["F64", "F32", "F16", "BF16"]);

/** Names of places, as the source knows them: by what it learnt, or by the vocabulary that a bare file was trained with. */
async function namedAxes({
  program,
  plans,
  source,
  folders,
  preprocessing,
}: Pick<StartOfStage, "program" | "folders" | "preprocessing"> & {
  readonly plans: readonly StagePlan[];
  readonly source: WeightSource;
}): Promise<NamedAxes & { readonly vocabulary: SourceNames["vocabulary"] }> {
  const { specification } = program;
  const byToken = rulesOf(specification).pretrainedRows === "by_token";
  if (!source.preprocessing && !byToken) return { labels: new Map(), unnamed: new Map(), vocabulary: new Map() };
  const names = source.preprocessing ? undefined : await sourceNames(specification, preprocessing, source, folders);
  const there =
    names?.names ?? namingOf(source.preprocessing ?? (await preprocessing()), byToken ? source.modalities : {});
  const axes = axisLabels({
    program,
    plans,
    here: namingOf(await preprocessing(), byToken ? specification.modalities : {}),
    there,
  });
  return { ...axes, unnamed: names ? axes.unnamed : new Map(), vocabulary: names?.vocabulary ?? new Map() };
}

function unnamedRows(key: string, modality: string, { path }: ResolvedWarmStart): UserError {
  return new UserError(
    "data",
    `${path} does not say which rows of ${key} are which pieces of ${modality}: taken by their places, they would stand for others.`,
    `Put the tokenizer.json or vocab.txt that it was trained with beside it, or read that as the modality's vocabulary (\`file:\`); of a model of mtl, its preprocessing.json. Or leave the weight out: \`take: all except ["${key}"]\`.`,
  );
}

/** What wrote a run or a model knows what its files must hash to. */
async function checkedHash({ files, hashes }: WeightSource): Promise<string> {
  const found = await Promise.all(files.map(sha256OfFile));
  const damaged = files.find((file, index) => hashes?.has(file) && hashes.get(file) !== found[index]);
  if (damaged !== undefined)
    throw new UserError(
      "data",
      `${damaged} is damaged: its content is not what was written.`,
      "Name another run, or train that one again.",
    );
  const [hash = "", ...others] = found;
  return others.length === 0 ? hash : sha256(found.join("\n"));
}

function labelsOf(labels: AxisLabels | undefined): { readonly labels?: AxisLabels } {
  return labels ? { labels } : {};
}

function plansOf(program: Program, phases: readonly Phase[]): readonly StagePlan[] {
  return phases.map(({ stage, forTask }) => program.plan(stage.name, forTask === undefined ? {} : { forTask }));
}

/** Of all phases of a stage: `for_each` begins once, and each task has weights of its own. */
function weightsOf(plans: readonly StagePlan[]): ReadonlyMap<string, StageWeight> {
  const weights = new Map<string, StageWeight>();
  for (const weight of plans.flatMap((plan) => plan.weights)) {
    const key = weightKey(weight);
    const known = weights.get(key);
    weights.set(key, { ...weight, trainable: weight.trainable || known?.trainable === true });
  }
  return weights;
}

interface CheckedMatch {
  readonly stage: string;
  readonly start: ResolvedWarmStart;
  readonly match: WeightMatch;
}

function checkMatch({ stage, start, match, found }: CheckedMatch & { readonly found: readonly string[] }): void {
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
    "`match: all` wants every weight: give `rename` what the others are called there, or write `match: some`.",
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
      `Nothing in ${start.path} fits stage ${stage}: ${other.key} is [${other.here.join(" × ")}] here and [${other.there.join(" × ")}] there.`,
      "Give the model the sizes that it was trained with.",
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
    `None of the ${found.length} tensors in ${start.path} is a weight of stage ${stage}.`,
    `${help}. Say how names correspond: \`rename: { "THERE.**": "HERE.**" }\`.`,
  );
}

function lastSegments(name: string): string {
  return name.split(".").slice(-2).join(".");
}

/** What a stage freezes must come from somewhere: from the source, or from an earlier stage. */
function checkFrozen({
  program,
  phases,
  stage,
  start,
  match,
  weights,
}: CheckedMatch & {
  readonly program: Program;
  readonly phases: readonly Phase[];
  readonly weights: ReadonlyMap<string, StageWeight>;
}): void {
  const untaken = [...match.missing, ...match.otherShape.map(({ key }) => key)].filter(
    (key) => weights.get(key)?.kind === "weight" && !weights.get(key)?.trainable,
  );
  if (untaken.length === 0) return;
  const earlier = weightsOf(
    plansOf(
      program,
      phases.slice(
        0,
        phases.findIndex((phase) => phase.stage.name === stage),
      ),
    ),
  );
  const [first, ...others] = untaken.filter((key) => !earlier.has(key));
  if (first === undefined) return;
  const which = others.length === 0 ? first : `${first} and ${others.length} more weights`;
  throw new UserError(
    "data",
    `Stage ${stage} freezes ${which}, not found in ${start.path}: it would keep its random initial value.`,
    "Do not freeze it, or give `rename` what it is called there.",
  );
}

function reportOf({
  stage,
  start,
  match,
  source,
  hash,
  labels,
  scales,
  vocabulary,
}: CheckedMatch & {
  readonly vocabulary: ReadonlyMap<string, string>;
  readonly source: WeightSource;
  readonly hash: string;
  readonly labels: ReadonlyMap<string, AxisLabels>;
  readonly scales: readonly TakenScale[];
}): StartReport {
  const partly = match.taken.flatMap(({ key, from, places }) =>
    places ? [{ weight: key, from, ...placeCounts(places.of) }] : [],
  );
  return {
    version: 1,
    stage,
    path: start.path,
    checkpoint: source.checkpoint ?? null,
    sha256: hash,
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

/** Once for each whose names differ, however many weights have them. */
function changedLabels(labels: readonly AxisLabels[]): StartReport["labels"] {
  const byOwner = new Map(labels.map((each) => [each.of, each]));
  return [...byOwner.values()].map(({ of, here, there }) => {
    const [ours, theirs] = [new Set(here), new Set(there)];
    return { of, added: here.filter((name) => !theirs.has(name)), gone: there.filter((name) => !ours.has(name)) };
  });
}

function placeCounts(places: readonly (number | undefined)[]): { readonly taken: number; readonly fresh: number } {
  const taken = places.filter((place) => place !== undefined).length;
  return { taken, fresh: places.length - taken };
}
