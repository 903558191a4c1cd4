import type { StagePlan, StageWeight } from "../../compiler/stage/plan.ts";
import { isWarm, sourcesOutside, teacherSource } from "../../compiler/stage/warm-sources.ts";
import type { ResolvedWarmStart } from "../../compiler/schema/resolved.ts";
import { type Tensors, sha256OfFile } from "../checkpoint/checkpoint.ts";
import { readSafetensorsHeader } from "../checkpoint/safetensors.ts";
import type { Preprocessing } from "../data/data.ts";
import { sha256 } from "../host/hashing.ts";
import { initialWeight } from "../train/phase/initialize.ts";
import { type Phase, forkOf, phasesOf } from "../train/phase/phases.ts";
import type { Program } from "../train/program.ts";
import { listed } from "../../compiler/diagnostics/define.ts";
import { UserError } from "../user-error.ts";
import { checkConfiguration } from "./check-configuration.ts";
import { checkFrozen } from "./check-frozen.ts";
import { checkMatch } from "./check-match.ts";
import { type SourceFolders, type WeightSource, findSource } from "./find-source.ts";
import { type LocatedSource, makeStartReport } from "./make-start-report.ts";
import { type MappedWeights, mapWeights } from "./map-weights.ts";
import { mergedStart } from "./merged-start.ts";
import { type WeightMatch, matchWeights } from "./match-weights.ts";
import { type SourceAxes, sourceAxes } from "./source-axes.ts";
import type { StartReport } from "./start-report.ts";
import { plansOf, weightsOf } from "./stage-weights.ts";
import { teacherOf } from "./teacher-of.ts";
import { takeWeights } from "./take-weights.ts";
import { type TakenScale, takenScales } from "./taken-scales.ts";

/** The weights that a stage with `init: from(…)` or `init: merge(…)` takes, checked before training begins. */
export interface WarmStart {
  /** A report for each source. */
  readonly reports: readonly StartReport[];
  /** The hash of the source; of several, of their hashes. */
  readonly sha256: string;
  /** The scales of numbers whose last layer is taken. */
  readonly scales: readonly TakenScale[];
  /** The keys of the weights that it takes. */
  readonly taken: ReadonlySet<string>;
  /** The weights that a stage would begin with, with the matched ones replaced by those of the source. */
  over(weights: Tensors, seed: number): Promise<Tensors>;
}

/** Warm starts by the name of the stage. */
export type WarmStarts = ReadonlyMap<string, WarmStart>;

export interface WarmStartsSettings {
  readonly program: Program;
  readonly folders: SourceFolders;
  /**
   * The preprocessing of this run, by whose classes and text pieces weights are matched; called if the source has such
   * names.
   */
  readonly preprocessing: () => Promise<Preprocessing>;
  /** Phases that have begun; the weights that they took are in the run's checkpoints. */
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
  for (const declared of last < 0 ? stages : stages.slice(0, last + 1)) {
    const { name: stage, init } = declared;
    const own = phases.filter((phase) => phase.stage.name === stage);
    if (sourcesOutside(declared).length === 0 || !begins(own, begun)) continue;
    const opened: WarmStart[] = [];
    for (const [index, start] of sourcesOutside(declared).entries())
      opened.push(await openWarmStart({ program, folders, preprocessing, phases, stage, start, index }));
    const taught = teacherSource(declared) && opened.pop();
    if (taught)
      starts.set(teacherOf(stage), wholeTeacher(taught, { stage, weights: weightsOf(plansOf(program, own)) }));
    if (!isWarm(init)) continue;
    const [first] = opened;
    const start = init?.kind === "merge" ? mergedStart(init, opened) : first;
    if (!start) throw new Error(`stage ${stage} has no source`);
    checkFrozen({ program, phases, stage, plans: plansOf(program, own), taken: start.taken });
    starts.set(stage, start);
  }
  return starts;
}

/** A teacher that has every weight of the tasks that learn from it. */
function wholeTeacher(
  start: WarmStart,
  { stage, weights }: { readonly stage: string; readonly weights: ReadonlyMap<string, StageWeight> },
): WarmStart {
  const lacking = [...weights].flatMap(([key, { ofTeacher }]) =>
    ofTeacher === undefined || start.taken.has(key) ? [] : [ofTeacher],
  );
  if (lacking.length === 0) return start;
  throw new UserError(
    "data",
    `The teacher of stage ${stage}, ${listed(start.reports.map(({ path }) => path))}, lacks ${lacking.slice(0, 5).join(", ")}, which the model uses${lacking.length > 5 ? `, and ${lacking.length - 5} more weights` : ""}.`,
    "A teacher has the sizes of this stage's model: set its params in `with`, or map its names with `rename`.",
  );
}

/** True if a stage still has to take weights. In a fork, each phase takes them. */
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
  /** The index of the start among those of the stage. */
  readonly index: number;
}

/** Locates the weights of one start, matches them with those of its stage, checks the match, and reports it. */
async function openWarmStart(opened: StartOfStage): Promise<WarmStart> {
  const { program, phases, stage, start, index } = opened;
  const source = await locateSource(start, opened.folders);
  const plans = plansOf(
    program,
    phases.filter((phase) => phase.stage.name === stage),
  );
  const weights = weightsOf(plans);
  const { axes, match, mapped } = await matchSource(opened, { source, plans, weights });
  checkMatch({ stage, start, match, mapped, unnamed: axes.unnamed, entries: source.entries });
  await checkConfiguration({ start, plans, weights: weights.keys(), file: source.files[0] ?? "" });
  const models = source.preprocessing && {
    program,
    plans,
    here: await opened.preprocessing(),
    there: source.preprocessing,
  };
  const scales = models ? takenScales({ ...models, match }) : [];
  const { labels, vocabulary } = axes;
  return {
    reports: [makeStartReport({ stage, index, start, match, source, labels, scales, vocabulary })],
    sha256: source.hash,
    scales,
    taken: new Set(match.taken.map(({ key }) => key)),
    over: (carried, seed) => overCarried({ stage, source, match, weights, carried, seed }),
  };
}

/** The source of a start, with the tensors that its files hold and the hash of its files. */
async function locateSource(start: ResolvedWarmStart, folders: SourceFolders): Promise<LocatedSource> {
  const source = await findSource(start, folders);
  const entries = (await Promise.all(source.files.map(readSafetensorsHeader))).flatMap((header) => header.entries);
  return { ...source, entries, hash: await checkedHash(source) };
}

interface MatchedStage {
  readonly source: LocatedSource;
  readonly plans: readonly StagePlan[];
  readonly weights: ReadonlyMap<string, StageWeight>;
}

async function matchSource(
  { program, folders, preprocessing, start }: StartOfStage,
  { source, plans, weights }: MatchedStage,
): Promise<{ readonly axes: SourceAxes; readonly match: WeightMatch; readonly mapped: MappedWeights }> {
  const axes = await sourceAxes({ program, plans, source, folders, preprocessing });
  const wanted = [...weights].map(([key, { shape }]) => {
    const labels = axes.labels.get(key);
    return { key, shape, ...(labels ? { labels } : {}) };
  });
  const renamings = program.specification.renamed ?? [];
  const found = source.entries;
  const mapped = mapWeights({ wanted, found, start });
  return { axes, match: matchWeights({ wanted, found, start, renamings, mapped: mapped.sources }), mapped };
}

interface CarriedStart {
  readonly stage: string;
  readonly source: Pick<LocatedSource, "files">;
  readonly match: WeightMatch;
  readonly weights: ReadonlyMap<string, StageWeight>;
  readonly carried: Tensors;
  readonly seed: number;
}

/**
 * The carried weights, with the matched ones replaced by those of the source. If only a part of a weight is taken, the
 * rest has its initial value.
 */
async function overCarried({ stage, source, match, weights, carried, seed }: CarriedStart): Promise<Tensors> {
  const initial = (key: string) => {
    const weight = weights.get(key);
    if (!weight) throw new Error(`no weight ${key} in stage ${stage}`);
    const { name, shape, initializer } = weight;
    return carried.get(key) ?? { shape, data: initialWeight({ seed, name, shape, initializer }) };
  };
  return new Map([...carried, ...(await takeWeights(source.files, match.taken, initial))]);
}

/** Checks the hash of a source: the folder of a run or a model records the hashes of its files. */
async function checkedHash({ files, hashes }: WeightSource): Promise<string> {
  const found = await Promise.all(files.map(sha256OfFile));
  const damaged = files.find((file, index) => hashes?.has(file) && hashes.get(file) !== found[index]);
  if (damaged !== undefined)
    throw new UserError(
      "data",
      `${damaged} is damaged: its content has other content than was written.`,
      "Name another run, or train that one again.",
    );
  const [hash = "", ...others] = found;
  return others.length === 0 ? hash : sha256(found.join("\n"));
}
