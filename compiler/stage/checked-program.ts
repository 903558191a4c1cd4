import type { StageDeclaration, TaskDeclaration } from "../../grammar/ast.ts";
import type { Bindings } from "../bind/bind.ts";
import type { References } from "../resolve/resolve-names.ts";
import type { Value } from "../elaborate/value.ts";
import type { StagePlan } from "./plan.ts";
import type { ResolvedSpecification } from "../schema/resolved.ts";

/**
 * A specification that is resolved as far as possible. If a compilation returns it without errors, it can be trained,
 * drawn and compiled.
 */
export interface Program {
  readonly specification: ResolvedSpecification;
  readonly bindings: Bindings;
  readonly references: References;
  /** Values that replace those of params. */
  readonly overrides: ReadonlyMap<string, Value>;
  readonly declarations: {
    readonly tasks: ReadonlyMap<string, TaskDeclaration>;
    readonly stages: ReadonlyMap<string, StageDeclaration>;
  };
  plan(stage: string, settings?: PlanSettings): StagePlan;
}

/** Selects graphs of a stage. */
export interface PlanSettings {
  /** The current task of a stage with `for_each: task`. */
  readonly forTask?: string;
  /** Rows of every batch, instead of the stage's own. */
  readonly batch?: number;
}
