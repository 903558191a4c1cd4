import { type CompiledFile, type SetParams, compileFile } from "../compile.ts";
import type { EngineChoice } from "../engines/open-engine.ts";
import { type RunOptions, shownPath } from "../run/run-options.ts";
import { UserError } from "../user-error.ts";
import { type SearchedSpecification, checkEnds, kindsIn } from "./checked-values.ts";
import type { SearchMethodName } from "./method-names.ts";
import { searchMethods } from "./methods/index.ts";
import type { MethodSettings, SearchMethod } from "./methods/method.ts";
import type { SearchObserver } from "./search-observer.ts";
import { type Space, parseSpace } from "./space.ts";

/** Options that a search has whether it begins or continues. */
export interface SearchRunOptions extends Pick<RunOptions, "interrupt" | "displayPath"> {
  readonly observer?: SearchObserver;
  /** Trials that are trained at the same time, each in a process of its own; 1 by default, in this process. */
  readonly jobs?: number;
}

export interface SearchOptions extends SearchRunOptions {
  /** The path of the `.mtl` file. */
  readonly specification: string;
  /** `width=32..256 times 2, fit.optimizer.rate=1e-4..1e-2 log, fit.sampler=uniform|proportional`. */
  readonly over: string | readonly string[];
  /** The number of trials; 20 by default, and all combinations of a grid. */
  readonly trials?: number;
  /** `random` by default. */
  readonly method?: SearchMethodName;
  /** The measure that trials are compared by, as `best` of `checkpoint`; by default that of the last stage. */
  readonly by?: string;
  /** The seed of the values; 1 by default. */
  readonly seed?: number;
  /** `grid`: the values of a range; 3 by default. */
  readonly points?: number;
  /** `halving`: of this many trials, one continues; 3 by default. */
  readonly factor?: number;
  /** `halving`: validations before a trial pauses for the first time; 1 by default. */
  readonly first?: number;
  /** Values of params and options that all trials have. */
  readonly set?: SetParams;
  /** The folder of run folders; `runs` by default. */
  readonly runs?: string;
  /** The name of the runs; by default that of the model. */
  readonly name?: string;
  readonly engine?: EngineChoice;
  /** The threads of each trial; by default the processor cores, divided by the number of jobs. */
  readonly threads?: number;
  /** The maximum number of updates of each stage. */
  readonly steps?: number;
  /** The folder that the paths of data sets are relative to. */
  readonly data?: string;
}

/** A search whose options have been checked. */
export interface SearchPlan {
  readonly compiled: CompiledFile;
  readonly searched: SearchedSpecification;
  readonly space: Space;
  readonly method: SearchMethod;
  readonly settings: Pick<MethodSettings, "seed" | "points" | "factor" | "first">;
}

/** A file of more trials would be too long to write after each of them. */
const mostTrials = 10_000;

/** Checks the options of a search, and the specification with the ends of each dimension. */
export function planSearch(options: SearchOptions): SearchPlan {
  const { specification, over, by, seed = 1, points = 3, factor = 3, first = 1, method: name = "random" } = options;
  checkNumbers(options);
  const set = withMeasure(specification, options.set ?? {}, by);
  const compiled = compileFile(specification, set);
  const searched = { entry: compiled.entry, shown: shownPath(options, specification), set };
  const space = parseSpace(typeof over === "string" ? [over] : over, kindsIn(searched));
  checkEnds(searched, space);
  const settings = { seed, points, factor, first };
  const { trials = name === "grid" ? Infinity : 20 } = options;
  const method = searchMethods[name]({ ...settings, space, trials });
  if (method.trials > mostTrials)
    throw new UserError(
      "usage",
      `The search has ${method.trials} trials, and ${mostTrials} is the most.`,
      "Give fewer values, or a number of trials.",
    );
  return { compiled, searched, space, method, settings };
}

/** The measure by which trials are compared is the one by which their last stage chooses its best checkpoint. */
function withMeasure(specification: string, set: SetParams, by: string | undefined): SetParams {
  if (by === undefined) return set;
  const last = compileFile(specification, set).program.specification.stages.at(-1);
  return last ? { ...set, [`${last.name}.checkpoint.best`]: by } : set;
}

const least = { trials: 1, seed: 0, points: 2, factor: 2, first: 1, jobs: 1, threads: 1, steps: 1 } as const;

export function checkNumbers(options: { readonly [Name in keyof typeof least]?: number }): void {
  for (const [name, smallest] of Object.entries(least)) {
    const value = options[name as keyof typeof least];
    if (value !== undefined && !(Number.isInteger(value) && value >= smallest))
      throw new UserError(
        "usage",
        `"${name}" of a search is ${value}.`,
        `It is a whole number of at least ${smallest}.`,
      );
  }
}
