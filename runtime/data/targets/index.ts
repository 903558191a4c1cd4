import type { ColumnTarget } from "../../../compiler/features/features.ts";
import { category } from "./category.ts";
import { labels } from "./labels.ts";
import { number } from "./number.ts";
import { ranking } from "./ranking.ts";
import type { TargetReader } from "./target-reader.ts";

export const targetReaders: { readonly [Kind in ColumnTarget["kind"]]: TargetReader } = {
  category,
  labels,
  number,
  ranking,
};
