import type { Chart } from "./plot.ts";
import type { Train } from "./trained-once.ts";
import type { Outcome } from "./variant.ts";

/** Numbers that `--set` may replace: steps, rates. */
export type Settings = Readonly<Record<string, number>>;

/** By name in the tables; one outcome a seed. */
export type Outcomes = ReadonlyMap<string, readonly Outcome[]>;

export interface Definition<Own extends Settings> {
  /** One sentence. */
  readonly summary: string;
  readonly settings: Own;
  readonly seeds: number;
  /** The trainings of one seed, one after the other, by their names in the tables. */
  readonly trainSeed: (asked: {
    readonly seed: number;
    readonly settings: Own;
    readonly train: Train;
  }) => Promise<ReadonlyMap<string, Outcome>>;
  /** What the README says of them, in Markdown. `plot` draws a picture beside it, and gives what shows it. */
  readonly page: (trained: {
    readonly outcomes: Outcomes;
    readonly seeds: number;
    readonly settings: Own;
    readonly plot: (name: string, chart: Chart) => Promise<string>;
  }) => Promise<string>;
}

/** An experiment whose settings are told. */
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

/** Says that a training would have to be run that is only asked for. */
export class NotTrained extends Error {}

/** Seed by seed. One whose trainings are not all there, where none is to be run, is left out. */
export async function trainSeeds(
  { trainSeed }: Pick<Definition<Settings>, "trainSeed">,
  { seeds, settings, train }: { readonly seeds: number; readonly settings: Settings; readonly train: Train },
): Promise<{ readonly outcomes: Outcomes; readonly seeds: number }> {
  const outcomes = new Map<string, Outcome[]>();
  let trained = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const ofSeed = await trainSeed({ seed, settings, train }).catch((error: unknown) => {
      if (error instanceof NotTrained) return undefined;
      throw error;
    });
    if (!ofSeed) continue;
    trained++;
    for (const [name, outcome] of ofSeed) outcomes.set(name, [...(outcomes.get(name) ?? []), outcome]);
  }
  return { outcomes, seeds: trained };
}
