import type { Chart } from "./plot.ts";
import type { Train } from "./trained-once.ts";
import type { Outcome } from "./variant.ts";

/** Numbers that `--set` may replace, such as steps. */
export type Settings = Readonly<Record<string, number>>;

/** One outcome a seed, by the variant's name in the tables. */
export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

/** Writes the weights of a training that match a pattern to a file, by `mtl weights --take`. Returns its path as specifications of the experiment name it. */
export type Take = (from: Outcome, pattern: string) => Promise<string>;

export interface Definition<Own extends Settings> {
  /** One sentence about the experiment, for the list. */
  readonly summary: string;
  readonly settings: Own;
  readonly seeds: number;
  /** Runs the trainings of one seed in sequence. The result has them by their names in the tables. */
  readonly trainSeed: (asked: {
    readonly seed: number;
    readonly settings: Own;
    readonly train: Train;
    readonly take: Take;
  }) => Promise<ReadonlyMap<string, Outcome>>;
  /** Writes the experiment's section of the README, in Markdown. `plot` draws a picture beside the README and returns the Markdown that shows it. */
  readonly page: (trained: {
    readonly outcomes: Outcomes;
    readonly seeds: number;
    readonly settings: Own;
    readonly plot: (name: string, chart: Chart) => Promise<string>;
  }) => Promise<string>;
}

/** An experiment whose settings are an argument. */
export interface Experiment {
  readonly summary: string;
  readonly settings: Settings;
  readonly seeds: number;
  readonly with: (settings: Settings) => Pick<Definition<Settings>, "trainSeed" | "page">;
}

export function experiment<Own extends Settings>({
  summary,
  settings,
  seeds,
  trainSeed,
  page,
}: Definition<Own>): Experiment {
  return {
    summary,
    settings,
    seeds,
    with: (changed) => {
      const own: Own = { ...settings, ...changed };
      return {
        trainSeed: (asked) => trainSeed({ ...asked, settings: own }),
        page: (trained) => page({ ...trained, settings: own }),
      };
    },
  };
}

/** This error reports a training that has not been run, where only finished ones are used. */
export class NotTrained extends Error {}

/** Runs the trainings seed by seed. A seed is left out if `train` reports one of its trainings as not run. */
export async function trainSeeds(
  { trainSeed }: Pick<Definition<Settings>, "trainSeed">,
  {
    seeds,
    ...asked
  }: { readonly seeds: number; readonly settings: Settings; readonly train: Train; readonly take: Take },
): Promise<{ readonly outcomes: Outcomes; readonly seeds: number }> {
  const outcomes = new Map<string, Outcome[]>();
  let trained = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const ofSeed = await trainSeed({ seed, ...asked }).catch((error: unknown) => {
      if (error instanceof NotTrained) return undefined;
      throw error;
    });
    if (!ofSeed) continue;
    trained++;
    for (const [name, outcome] of ofSeed) outcomes.set(name, [...(outcomes.get(name) ?? []), outcome]);
  }
  return { outcomes, seeds: trained };
}
