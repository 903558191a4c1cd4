import type { StageDeclaration, TaskDeclaration } from "../grammar/ast.ts";
import type { Bindings } from "./bind/bind.ts";
import type { CallableCache } from "./elaborate/elaboration.ts";
import type { Value } from "./elaborate/value.ts";
import type { StagePlan } from "./plan.ts";
import type { ResolvedSpecification } from "./schema/resolved.ts";

/** A specification that has been checked whole: what can be trained, drawn and compiled. */
export interface Program {
  readonly specification: ResolvedSpecification;
  readonly bindings: Bindings;
  /** Values that replace those of params. */
  readonly overrides: ReadonlyMap<string, Value>;
  readonly callables: CallableCache;
  readonly declarations: { readonly tasks: ReadonlyMap<string, TaskDeclaration>; readonly stages: ReadonlyMap<string, StageDeclaration> };
  /** The graphs of a stage; for a stage with `for_each: task`, those of one task's turn. */
  plan(stage: string, settings?: { readonly forTask?: string }): StagePlan;
}
