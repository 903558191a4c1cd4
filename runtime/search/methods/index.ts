import type { SearchMethodName } from "../method-names.ts";
import { gridSearch } from "./grid.ts";
import { halvingSearch } from "./halving.ts";
import type { MethodSettings, SearchMethod } from "./method.ts";
import { randomSearch } from "./random.ts";

export const searchMethods: { readonly [Name in SearchMethodName]: (settings: MethodSettings) => SearchMethod } = {
  random: randomSearch,
  grid: gridSearch,
  halving: halvingSearch,
};
