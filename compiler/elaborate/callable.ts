import type { BlockDeclaration, Expression } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import { type ParameterType, isStreamType } from "../resolve/parameter-type.ts";
import type { Native } from "./natives/native.ts";

export interface CallableParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: Expression | undefined;
}

/**
 * A block that can be applied: declared in the language, and implemented there or, for the primitives, in `natives/`.
 */
export interface Callable {
  readonly name: string;
  readonly declaration: BlockDeclaration;
  /** The file in which its body finds names. */
  readonly file: FileScope;
  readonly parameters: readonly CallableParameter[];
  readonly native: Native | undefined;
}

/**
 * True if a block makes a layer of layers, as `stack` and `per_task` do: a stream that is piped into it enters the
 * layer that it makes.
 */
export function isCombinator({ parameters, declaration: { result }, native }: Callable): boolean {
  if (parameters.some((parameter) => isStreamType(parameter.type))) return false;
  return native?.naming === "transparent" || (result?.kind === "NamedType" && result.name.name === "block");
}
