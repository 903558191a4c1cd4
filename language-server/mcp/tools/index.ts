import type { Tool } from "../tool.ts";
import { check } from "./check.ts";
import { complete } from "./complete.ts";
import { cost } from "./cost.ts";
import { draw } from "./draw.ts";
import { expand } from "./expand.ts";
import { explain } from "./explain.ts";
import { fix } from "./fix.ts";
import { format } from "./format.ts";
import { list } from "./list.ts";
import { runs } from "./runs.ts";
import { shapes } from "./shapes.ts";
import { smoke } from "./smoke.ts";

/** Everything that an agent can ask for. */
export const tools: readonly Tool[] = [
  check,
  fix,
  format,
  shapes,
  cost,
  expand,
  draw,
  list,
  explain,
  complete,
  smoke,
  runs,
];
