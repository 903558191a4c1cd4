import { gridSearch } from "./grid.ts";
import { halvingSearch } from "./halving.ts";
import type { MethodSettings, SearchMethod } from "./method.ts";
import { randomSearch } from "./random.ts";

/** Ways to search. */
export type SearchMethodName = "random" | "grid" | "halving";

export const searchMethods: { readonly [Name in SearchMethodName]: (settings: MethodSettings) => SearchMethod } = {
  random: randomSearch,
  grid: gridSearch,
  halving: halvingSearch,
};

export const searchMethodNames = Object.keys(searchMethods) as readonly SearchMethodName[];
