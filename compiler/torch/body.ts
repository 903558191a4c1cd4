import type { HelperName } from "../lower/torch/lowering.ts";
import type { NumberInText } from "./slots.ts";
import type { Scope } from "./scopes.ts";
import type { Value } from "../graph/graph.ts";

/** The text of one application of a block. Equal texts are one method or function. */
export interface Body {
  readonly scope: Scope;
  /** Names of the parameters. */
  readonly parameters: readonly Parameter[];
  readonly lines: readonly string[];
  /** The expressions that it returns, and the tensors that they are. */
  readonly returned: readonly string[];
  readonly results: readonly Value[];
  readonly numbers: readonly NumberInText[];
}

export type Parameter =
  | { readonly kind: "tensor"; readonly name: string; readonly value: Value }
  /** A module that is elsewhere in the model, by its path. */
  | { readonly kind: "module"; readonly name: string; readonly path: string }
  /** A weight that is elsewhere in the model. */
  | { readonly kind: "weight"; readonly name: string; readonly weight: string }
  /** Any tensor of the batch, whose rows are counted. */
  | { readonly kind: "batch"; readonly name: string };

/** Lines that compute some tensors, and the expressions of these. */
export interface WrittenLines {
  readonly lines: readonly string[];
  readonly texts: readonly string[];
}

/** The text by which bodies are compared. */
export function keyOf({ parameters, lines, returned }: Body): string {
  return [parameters.map(({ kind, name }) => `${kind} ${name}`).join(", "), ...lines, ...returned].join("\n");
}

export type Helpers = Set<HelperName>;
