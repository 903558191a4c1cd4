import type { Verb, VerbGroup } from "../verb.ts";
import { check } from "./check.ts";
import { compile } from "./compile.ts";
import { completion } from "./completion.ts";
import { data } from "./data/index.ts";
import { diff } from "./diff.ts";
import { doctor } from "./doctor.ts";
import { evaluateRun } from "./eval.ts";
import { expand } from "./expand.ts";
import { explain } from "./explain.ts";
import { exportModel } from "./export.ts";
import { fmt } from "./fmt.ts";
import { graph } from "./graph.ts";
import { init } from "./init.ts";
import { inspect } from "./inspect.ts";
import { lsp } from "./lsp.ts";
import { mcp } from "./mcp.ts";
import { predict } from "./predict.ts";
import { preview } from "./preview.ts";
import { report } from "./report.ts";
import { runs } from "./runs.ts";
import { search } from "./search.ts";
import { serve } from "./serve.ts";
import { smoke } from "./smoke.ts";
import { train } from "./train.ts";
import { version } from "./version.ts";
import { weights } from "./weights.ts";

/** The examples with which `--help` begins. */
export const overview: Verb["examples"] = [
  ["mtl init hello", "write a first specification with data"],
  ["mtl check hello/names.mtl", "find every mistake in it"],
  ["mtl train hello/names.mtl", "train it"],
  ["mtl explain MTL4002", "the meaning of an error and how to fix it"],
];

/** All verbs, in the order of `--help`. */
export const verbs: readonly (Verb | VerbGroup)[] = [
  init,
  check,
  fmt,
  expand,
  graph,
  preview,
  smoke,
  data,
  train,
  search,
  evaluateRun,
  predict,
  serve,
  inspect,
  compile,
  exportModel,
  report,
  runs,
  diff,
  weights,
  lsp,
  mcp,
  explain,
  doctor,
  completion,
  version,
];
