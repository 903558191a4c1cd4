import { limits } from "./codes/limits.ts";
import { names } from "./codes/names.ts";
import { options } from "./codes/options.ts";
import { pairs } from "./codes/pairs.ts";
import { pretrained } from "./codes/pretrained.ts";
import { streams } from "./codes/streams.ts";
import { syntax } from "./codes/syntax.ts";
import { teachers } from "./codes/teachers.ts";
import { training } from "./codes/training.ts";
import { weights } from "./codes/weights.ts";
import type { DiagnosticDefinition } from "./define.ts";

/**
 * All diagnostics by name. Codes: 1xxx syntax, 2xxx names, 3xxx options and values, 4xxx streams and shapes, 5xxx
 * training, 6xxx limits.
 */
export const registry = {
  ...syntax,
  ...names,
  ...options,
  ...streams,
  ...training,
  ...pairs,
  ...teachers,
  ...pretrained,
  ...weights,
  ...limits,
};

export type DiagnosticName = keyof typeof registry;

export type Holes<Name extends DiagnosticName> =
  (typeof registry)[Name] extends DiagnosticDefinition<infer Arguments> ? Arguments : never;
