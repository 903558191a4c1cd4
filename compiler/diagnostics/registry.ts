import type { DiagnosticDefinition } from "./define.ts";
import { names } from "./codes/names.ts";
import { syntax } from "./codes/syntax.ts";

/** Every diagnostic there is, by name. Codes: 1xxx syntax, 2xxx names, 3xxx options and values, 4xxx streams and shapes, 5xxx training, 6xxx files. */
export const registry = { ...syntax, ...names };

export type DiagnosticName = keyof typeof registry;

export type Holes<Name extends DiagnosticName> = (typeof registry)[Name] extends DiagnosticDefinition<infer Arguments> ? Arguments : never;
