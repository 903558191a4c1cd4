import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { candidatesOf } from "../../../compiler/targets/drawn-rows.ts";
import { madeModalities, targetOf } from "../../../compiler/targets/index.ts";
import { type NegativeDraw, negativesOf } from "../../../compiler/targets/matching.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import type { TargetOf } from "../../../compiler/targets/target.ts";
import type { TensorData } from "../../engines/engine.ts";
import { type Generator, generator } from "../../random/generator.ts";
import { keyOf } from "../batch/example-source.ts";
import type { DatasetRow } from "../batch/task-batch.ts";
import { columnOf } from "../columns/dataset-fields.ts";
import { type BatchRequest, type Split, modeOf } from "../data.ts";
import { listedRows } from "../rows/listed-rows.ts";
import type { TaskRow, TaskRows } from "../rows/task-rows.ts";
import { valueIdentity } from "../rows/value-identity.ts";

/** The rows whose values an example has, by modality; the example's own row for a modality that is not listed. */
type PairRows = { readonly [modality: string]: DatasetRow };

/** The values of a batch that are drawn from other rows. */
export interface DrawnRows {
  /** The number of values of a modality for each example; 1 for a modality of which none are drawn. */
  readonly pairsOf: (modality: string) => number;
  /** The rows of the values of a modality of which some are drawn, in order; an element is `undefined` where there is no pair. */
  readonly rowsOf: (modality: string) => readonly (DatasetRow | undefined)[] | undefined;
  /** The target that follows from what was drawn. */
  readonly features: ReadonlyMap<string, TensorData>;
}

type DrawRequest = Pick<BatchRequest, "split" | "size"> & {
  readonly [Field in "draw" | "mode"]?: BatchRequest[Field] | undefined;
};

/**
 * Draws values of other rows of the split for a task whose target needs them; `undefined` for other tasks. Draws for an example are keyed by (seed,
 * stage, task, epoch, example); in evaluation they are always the same.
 */
export function drawRows(
  having: TaskRows,
  rows: readonly (TaskRow | undefined)[],
  request: DrawRequest,
): DrawnRows | undefined {
  const { target } = having.task;
  if (target.kind === "matching") return drawCandidates(having, target, rows, request);
  return target.kind === "aligned" ? drawAligned(having, target, rows, request) : undefined;
}

function drawCandidates(
  having: TaskRows,
  target: TargetOf<"matching">,
  rows: readonly (TaskRow | undefined)[],
  request: DrawRequest,
): DrawnRows {
  const mode = modeOf(request);
  const most = candidatesOf(having.task, mode)?.most ?? 1;
  const draws: readonly NegativeDraw[] =
    mode === "train" ? negativesOf(target) : Array.from({ length: most - 1 }, () => ({ modality: target.second }));
  const relevance = new Float32Array(request.size * most).fill(-1);
  const pairs = Array.from({ length: request.size * most }, (): PairRows | undefined => undefined);
  for (const [at, row] of rows.entries()) {
    if (!row) continue;
    const drawing = new Drawing(having, row, request);
    const wrong = draws.map((draw) => drawing.wrongPair(draw, request.split));
    for (const [candidate, pair] of [{}, ...wrong].entries()) {
      if (!pair) continue;
      pairs[at * most + candidate] = pair;
      relevance[at * most + candidate] = candidate === 0 ? 1 : 0;
    }
  }
  return drawn(having.task, pairs, most, rows, relevance);
}

function drawAligned(
  having: TaskRows,
  { second, rate }: TargetOf<"aligned">,
  rows: readonly (TaskRow | undefined)[],
  request: DrawRequest,
): DrawnRows {
  const belongs = new Int32Array(request.size);
  // A prediction is of the pair that the row has.
  const share = modeOf(request) === "predict" ? 1 : rate;
  const pairs = rows.map((row, at): PairRows | undefined => {
    if (!row) return undefined;
    const drawing = new Drawing(having, row, request);
    const wrong = drawing.random.uniform() < share ? undefined : drawing.wrongPair({ modality: second }, request.split);
    belongs[at] = wrong ? 0 : 1;
    return wrong ?? {};
  });
  return drawn(having.task, pairs, 1, rows, belongs);
}

function drawn(
  task: ResolvedTask,
  pairs: readonly (PairRows | undefined)[],
  each: number,
  rows: readonly (TaskRow | undefined)[],
  target: TensorData,
): DrawnRows {
  const isSide = (modality: string): boolean => madeModalities(task.target).includes(modality);
  const [feature] = taskTarget(task, { modalities: {} }).features;
  return {
    pairsOf: (modality) => (isSide(modality) ? each : 1),
    rowsOf: (modality) =>
      isSide(modality)
        ? pairs.map((pair, index) => pair && (pair[modality] ?? rows[Math.floor(index / each)]))
        : undefined,
    features: new Map(feature ? [[feature.name, target]] : []),
  };
}

/** Attempts to draw a value that is not the row's own before a pair is left out, as in a split where nearly all values are equal. */
const attempts = 16;

/** The draws for one example. A value is drawn once. */
class Drawing {
  readonly random: Generator;
  readonly #having: TaskRows;
  readonly #row: TaskRow;
  readonly #sides: readonly string[];
  readonly #own: readonly number[];
  readonly #taken: Set<string>;

  constructor(having: TaskRows, row: TaskRow, { draw }: DrawRequest) {
    const { task } = having;
    this.#having = having;
    this.#row = row;
    this.#sides = (targetOf(task.target).madeOf ?? []).map(({ modality }) => modality);
    this.#own = this.#identities(row);
    this.#taken = new Set(this.#sides.map((side, index) => `${side} ${this.#own[index]}`));
    this.random = draw
      ? generator(draw.seed, "drawn rows", draw.stage, task.name, draw.epoch, keyOf(row))
      : generator(0, "drawn rows", "evaluation", task.name, keyOf(row));
  }

  /** A pair with the value of another row, of which neither value equals that of the example; `undefined` if none is found. */
  wrongPair({ modality, from }: NegativeDraw, split: Split): PairRows | undefined {
    const listed = from === undefined ? [] : this.#listed(from, split);
    const side = this.#sides.indexOf(modality);
    for (const choice of this.#choices(listed, split)) {
      // A row that does not count is no wrong partner, either.
      if (choice.dataset.rows.weight(choice.row) === 0) continue;
      const identities = this.#identities(choice);
      const value = `${modality} ${identities[side]}`;
      if (this.#taken.has(value) || identities.some((identity, index) => identity === this.#own[index])) continue;
      this.#taken.add(value);
      return { [modality]: choice };
    }
    return undefined;
  }

  /** The listed rows in a random order, then rows of the split at random. */
  *#choices(listed: readonly DatasetRow[], split: Split): Iterable<DatasetRow> {
    for (const index of listed.length > 0 ? this.random.permutation(listed.length) : []) {
      const row = listed[index];
      if (row) yield row;
    }
    const rows = this.#having.count(split);
    for (let attempt = 0; attempt < attempts; attempt++) yield this.#having.at(split, this.random.below(rows));
  }

  /** The rows of the split with all values that a column lists for the example. */
  #listed(column: string, split: Split): readonly DatasetRow[] {
    const { dataset, row } = this.#row;
    const cell = dataset.rows.cell(row, columnOf(dataset.dataset, column));
    return listedRows(cell, dataset.rows.length)
      .filter(
        (number) =>
          dataset.rows.split(number) === split &&
          this.#sides.every((side) => dataset.columns.get(side)?.cell(number).kind === "present"),
      )
      .map((number) => ({ dataset, row: number }));
  }

  #identities({ dataset, row }: DatasetRow): readonly number[] {
    return this.#sides.map((side) => valueIdentity(dataset, side, row));
  }
}
