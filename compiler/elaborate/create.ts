import type { StageDeclaration } from "../../grammar/ast.ts";
import type { Bindings } from "../bind/bind.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { IsEvaluated } from "../stage/frozen-scopes.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Candidates, ResolvedMixup, ResolvedModality } from "../schema/resolved.ts";
import type { References } from "../resolve/resolve-names.ts";
import { type Semantics, currentSemantics, rulesOf } from "../semantics.ts";
import type { TaskTarget } from "../targets/task-target.ts";
import { Calls } from "./calls.ts";
import type { CurrentTask, Elaboration, Mode } from "./elaboration.ts";
import type { Notes } from "./notes.ts";
import type { Uses } from "./uses.ts";
import type { Value } from "./value.ts";
import { type Work, checkedWork } from "./work.ts";

export interface ElaborationSettings {
  readonly bindings: Bindings;
  readonly references: References;
  readonly reporter: Reporter;
  readonly semantics?: Semantics;
  readonly overrides?: ReadonlyMap<string, Value>;
  readonly modalities?: ReadonlyMap<string, ResolvedModality>;
  readonly task?: CurrentTask;
  readonly uses?: Uses;
  readonly mixup?: ResolvedMixup;
  readonly target?: TaskTarget;
  readonly stage?: StageDeclaration | undefined;
  readonly mode?: Mode;
  readonly isEvaluated?: IsEvaluated;
  readonly rows?: Elaboration["rows"];
  /** `nothing`: weights are read as they are, as if the specification had no `adapt`. */
  readonly adapt?: "weights" | "nothing" | undefined;
  /** Examples. */
  readonly batch?: number;
  readonly candidates?: Candidates;
  readonly teacherOverrides?: ReadonlyMap<string, Value> | undefined;
  /** `calls`: each application of a block is kept with its arguments and its result, and so is everything that they hold. */
  readonly calls?: "ids" | "calls";
  /** Takes what is learnt about expressions. */
  readonly notes?: Notes | undefined;
  /** The work that is counted towards the limits of a specification that has not been checked yet. */
  readonly work?: Work;
}

export function createElaboration(settings: ElaborationSettings): Elaboration {
  const {
    bindings,
    references,
    reporter,
    overrides = new Map(),
    semantics = currentSemantics,
    modalities,
    task,
    uses = new Map(),
    mixup,
    target,
    stage,
    mode = "train",
    isEvaluated = () => false,
    rows = "own",
    adapt = "weights",
    batch: examples = 2,
    candidates,
    teacherOverrides,
    work = checkedWork(),
    calls = "ids",
    notes,
  } = settings;
  const batch = examples * (candidates?.most ?? 1);
  const builder = new GraphBuilder(work);
  return {
    bindings,
    references,
    reporter,
    overrides,
    rules: rulesOf({ semantics }),
    modalities,
    task,
    uses,
    mixup,
    target,
    stage,
    mode,
    isEvaluated,
    rows,
    modes: new Map(),
    batch,
    candidates,
    builder,
    emitting: { frame: undefined },
    calls: new Calls(() => builder.nodes.length, calls),
    notes,
    work,
    outputsOf: new Map(),
    isTeacher: false,
    teacherOverrides,
    made: new Map(),
    weights: new Map(),
    adaptations: { all: adapt === "weights" ? undefined : [] },
    updates: new Map(),
    randomSites: new Map(),
    reached: new Set(),
  };
}
