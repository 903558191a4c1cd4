import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { memoised } from "../../compiler/stage/memoised.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { RawExample } from "../data/data.ts";
import type { FileReferences } from "../data/files/file-references.ts";
import { resolve } from "../host/paths.ts";
import type { Turns } from "../model/turns.ts";
import type { BadRows, CarriedColumns } from "../predict/predict-rows.ts";
import type { TableHead } from "../predict/input-columns.ts";
import { type RowSource, type SourceOptions, piecesOf } from "../predict/row-sources.ts";
import { shellWord } from "../shell-words.ts";
import { UserError } from "../user-error.ts";
import { openCandidates, writeCandidates } from "./candidate-file.ts";
import { type Candidates, candidateSet } from "./candidate-set.ts";
import { type Direction, type Pair, directionsOf, openRows, readableDirections } from "./direction.ts";
import type { MatchedSide, MatcherSettings } from "./matcher.ts";
import { networkMatcher } from "./network-matcher.ts";
import { type PreparedCandidates, readCandidates } from "./prepared-candidates.ts";
import { Tower } from "./tower.ts";
import { towerMatcher, whyNotTowers } from "./tower-matcher.ts";

export interface CandidatesOptions {
  /** May be left out where the model has one task that matches values. */
  readonly task?: string;
  /**
   * The modality for whose values the candidates are ranked. By default it is the one that `queries` has and the candidates
   * lack; if both have both, the first one of the task's target.
   */
  readonly query?: string;
  /** The rows for which the candidates will be ranked, of which at most the first ones are read here. */
  readonly queries?: RowSource;
  /** The treatment of a candidate that cannot be used; by default it is an error. */
  readonly badRows?: Exclude<BadRows, "keep">;
  /** The cells of a candidate that are written where it is ranked; by default all, except bytes. */
  readonly carry?: CarriedColumns;
  /** Receives a sentence about each candidate that is left out. */
  readonly onNote?: (note: string) => void;
}

export interface RetrievalSettings extends Omit<MatcherSettings, "plan" | "task"> {
  /** The tasks that the model can predict. */
  readonly tasks: readonly ResolvedTask[];
  readonly planOf: (task: string) => MatcherSettings["plan"];
  readonly inTurn: Turns;
  /** Finds the files that examples name. */
  readonly references: FileReferences;
}

/** Ranking of values by the tasks of a model that match values of two modalities. */
export class Retrieval {
  readonly #settings: RetrievalSettings;
  readonly #towers: (task: string, modality: string) => Tower;

  constructor(settings: RetrievalSettings) {
    this.#settings = settings;
    this.#towers = memoised(
      (task: string, modality: string) => `${task} ${modality}`,
      (task, modality) => new Tower(this.#matcherSettings(this.#taskNamed(task)), modality),
    );
  }

  /** The vectors of examples. Throws `UserError` if the task has no vectors of the modality, or a value cannot be read. */
  async vectors(examples: readonly RawExample[], task: string, modality: string): Promise<readonly Float32Array[]> {
    const { references } = this.#settings;
    const originOf = (row: number) => ({ name: `Example ${row}`, references });
    const { prepare } = this.#towers(task, modality);
    const vectors = await this.#settings.inTurn.run(() => prepare(examples, { originOf }));
    return vectors.filter((vector) => vector !== undefined);
  }

  async candidates(source: RowSource, options: CandidatesOptions): Promise<Candidates> {
    const { badRows = "refuse", carry = "all", onNote = () => undefined } = options;
    const { specification, folder } = this.#settings;
    const { task, pair } = this.#pairTask(options.task);
    const possible = directionsOf(task.name, pair, options.query);
    const [only, ...others] = possible;
    // A file is a candidate by itself, if only values of one modality are asked for.
    const asked = only && others.length === 0 ? readingOnly(specification, only.candidate) : specification;
    const rows = await openRows(piecesOf(source, { specification: asked, folder }));
    const of = { specification, task };
    const readable = readableDirections(possible, "candidate", { ...of, head: rows.head });
    const head = options.queries && (await headOf(options.queries, { specification, folder }));
    const [direction] = readableDirections(readable, "query", { ...of, head });
    if (!direction) throw new Error(`task ${task.name} ranks in no direction`);
    const reading = { specification, badRows, carry, onNote };
    const { inTurn } = this.#settings;
    const read = <Prepared>({ task: limited, prepare }: MatchedSide<Prepared>) =>
      readCandidates(
        rows.pieces,
        { task: limited, prepare: (...given) => inTurn.run(() => prepare(...given)) },
        reading,
      );
    const towers = this.#towersOf(task, direction);
    if ("why" in towers) {
      const matcher = networkMatcher(this.#matcherSettings(task), direction.candidate);
      return candidateSet({
        ...this.#settings,
        direction,
        matcher,
        candidates: await read(matcher.candidate),
        whyAllPairs: towers.why,
        save: () => Promise.reject(withoutVectors(towers.why)),
      });
    }
    return this.#ofTowers(towers, direction, await read(towers.candidate));
  }

  /** Reads candidates that were saved. Throws `UserError` if their vectors are not those of this model. */
  async readCandidates(written: string): Promise<Candidates> {
    const { origin, ...candidates } = await openCandidates(resolve(this.#settings.folder, written));
    const again = `Make it again from its table, with --index ${shellWord(written)}.`;
    if (!this.#settings.tasks.some(({ name }) => name === origin.task))
      throw new UserError("data", `${written} has vectors of the task ${origin.task}, which the model lacks.`, again);
    const { task, pair } = this.#pairTask(origin.task);
    const direction = directionsOf(task.name, pair, undefined).find(({ candidate }) => candidate === origin.modality);
    const towers = direction && this.#towersOf(task, direction);
    if (!direction || !towers || "why" in towers || (await towers.candidate.digest()) !== origin.digest)
      throw new UserError(
        "data",
        `${written} has vectors of other weights than the model: it was made by another run, another stage, or before the run was trained on.`,
        again,
      );
    return this.#ofTowers(towers, direction, candidates);
  }

  #ofTowers(
    { query, candidate }: TowersOfPair,
    direction: Direction,
    candidates: PreparedCandidates<Float32Array>,
  ): Candidates {
    const { folder } = this.#settings;
    const origin = async () => ({
      task: candidate.task.name,
      modality: candidate.modality,
      digest: await candidate.digest(),
    });
    return candidateSet({
      ...this.#settings,
      direction,
      matcher: towerMatcher(query, candidate),
      candidates,
      whyAllPairs: undefined,
      save: async (path) => writeCandidates(resolve(folder, path), candidates, await origin()),
    });
  }

  /** The towers of both modalities, or why their vectors are not each of one modality. */
  #towersOf(task: ResolvedTask, { query, candidate }: Direction): TowersOfPair | { readonly why: string } {
    if (task.target.kind !== "contrastive")
      return {
        why: `Task ${task.name} scores a pair by one network that reads both values, so no value has a vector of its own.`,
      };
    const towers = { query: this.#towers(task.name, query), candidate: this.#towers(task.name, candidate) };
    const why = whyNotTowers(towers.query, towers.candidate);
    return why === undefined ? towers : { why };
  }

  #matcherSettings(task: ResolvedTask): MatcherSettings {
    return { ...this.#settings, task, plan: this.#settings.planOf(task.name) };
  }

  #taskNamed(wanted: string): ResolvedTask {
    const task = this.#settings.tasks.find(({ name }) => name === wanted);
    if (!task) throw new Error(`no task ${wanted}`);
    return task;
  }

  /** The task of this name, or without a name the only one that matches values, with the modalities that it matches. */
  #pairTask(wanted: string | undefined): { readonly task: ResolvedTask; readonly pair: Pair } {
    const { tasks } = this.#settings;
    const matching = tasks.flatMap((task) => {
      const { matches } = targetOf(task.target);
      return matches ? [{ task, pair: matches }] : [];
    });
    const found = wanted === undefined ? matching : matching.filter(({ task }) => task.name === wanted);
    const [only, ...others] = found;
    const names = matching.map(({ task }) => task.name).join(", ");
    if (only && others.length === 0) return only;
    if (only) throw new UserError("usage", "Several tasks of the model match values.", `Name one of them: ${names}.`);
    throw new UserError(
      "usage",
      wanted === undefined || !tasks.some(({ name }) => name === wanted)
        ? `The model has no task ${wanted === undefined ? "that matches values of two modalities" : wanted}.`
        : `Task ${wanted} predicts ${targetOf(this.#taskNamed(wanted).target).description}, and ranks no values of other rows.`,
      names === ""
        ? "Values are ranked by tasks with the target `contrastive`, `matching` or `aligned`."
        : `Values are ranked by ${names}.`,
    );
  }
}

interface TowersOfPair {
  readonly query: Tower;
  readonly candidate: Tower;
}

function withoutVectors(why: string): UserError {
  return new UserError(
    "usage",
    `Candidates cannot be saved. ${why}`,
    "Rank them without a file, or train a task with the target `contrastive`, whose score is the product of two vectors.",
  );
}

function readingOnly(specification: ResolvedSpecification, modality: string): ResolvedSpecification {
  const declared = specification.modalities[modality];
  return { ...specification, modalities: declared ? { [modality]: declared } : {} };
}

/** The head of rows that can be read more than once; `undefined` for a stream, and for rows that only one modality explains. */
async function headOf(source: RowSource, options: SourceOptions): Promise<TableHead | undefined> {
  if ("lines" in source) return undefined;
  const pieces = piecesOf(source, options);
  try {
    const first = await pieces.next();
    return first.done === true ? undefined : first.value.head;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  } finally {
    await pieces.return(undefined);
  }
}
