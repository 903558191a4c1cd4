import type { Span, StageDeclaration } from "../../grammar/ast.ts";
import type { Bindings } from "../bind/bind.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import type { Related } from "../diagnostics/diagnostic.ts";
import type { DiagnosticName, Holes } from "../diagnostics/registry.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import type { IsEvaluated } from "../stage/frozen-scopes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Origin } from "../graph/graph.ts";
import type { WeightDeclaration } from "../stage/plan.ts";
import type { Candidates, ResolvedMixup, ResolvedModality } from "../schema/resolved.ts";
import { isPrelude } from "../prelude/prelude.ts";
import type { References } from "../resolve/resolve-names.ts";
import type { Rules } from "../semantics.ts";
import type { TaskTarget } from "../targets/task-target.ts";
import type { Adaptation } from "./adapt.ts";
import type { Calls } from "./calls.ts";
import type { Frame } from "./frame.ts";
import type { Notes } from "./notes.ts";
import type { Stream, Value } from "./value.ts";
import type { Work } from "./work.ts";

export type Mode = "train" | "evaluate" | "predict";

/** The task whose graph is being built: a compile-time value inside blocks. */
export interface CurrentTask {
  readonly name: string;
  /** Index among the tasks of the specification. */
  readonly index: number;
  /** Names of all tasks, in order. */
  readonly all: readonly string[];
}

/** A weight or a state of a graph. */
export interface MadeWeight {
  readonly declaration: WeightDeclaration;
  readonly stream: Stream;
  /** The value that reads of the weight get: the weight itself, unless an `adapt` matches it. */
  readonly read: Stream;
}

/**
 * The building of one graph: one task, one mode, one batch size. Its builder and tables hold everything that it
 * creates.
 */
export interface Elaboration {
  readonly bindings: Bindings;
  readonly references: References;
  readonly reporter: Reporter;
  /** Values that replace those of params, by name: `--set` and a stage's `with`. */
  readonly overrides: ReadonlyMap<string, Value>;
  /** The rules of the specification's semantics. */
  readonly rules: Rules;
  readonly builder: GraphBuilder;
  /** The frame that the builder attributes nodes to. */
  readonly emitting: { frame: Frame | undefined };
  /** Every application of a block. */
  readonly calls: Calls;
  /** Receives the facts that are learnt about expressions; `undefined` if nobody reads them. */
  readonly notes: Notes | undefined;
  readonly work: Work;
  readonly mode: Mode;
  /** Rows of every stream: one for each example, or for each candidate of each example. */
  readonly batch: number;
  /** The candidates of the task's examples: they are folded into the rows, and unfolded after the head. */
  readonly candidates: Candidates | undefined;
  readonly task: CurrentTask | undefined;
  /** Undefined while params and options are evaluated, which are compile-time values without streams. */
  readonly modalities: ReadonlyMap<string, ResolvedModality> | undefined;
  /** The modalities that the task's examples have. */
  readonly uses: ReadonlyMap<string, "required" | "optional">;
  /** The stage in which the task is trained or measured, whose `loss` is added to the task's. */
  readonly stage: StageDeclaration | undefined;
  /** The target of the task, with the features that the reader makes for it; `undefined` without a task. */
  readonly target: TaskTarget | undefined;
  /** `shared`: the graph becomes part of a pass of several tasks, whose rows may lack the target of one of them. */
  readonly rows: "own" | "shared";
  /** The mixup of rows, in training only. */
  readonly mixup: ResolvedMixup | undefined;
  /** Evaluated params, layers, streams, fusions and modalities; `undefined` while one is being evaluated. */
  readonly made: Map<SymbolDeclaration, Value | undefined>;
  readonly weights: Map<string, MadeWeight>;
  /** The `adapt` declarations; `undefined` until the first weight is made. */
  readonly adaptations: { all: readonly Adaptation[] | undefined };
  /** The streams that declared layers gave where they were applied last, by their path. */
  readonly outputsOf: Map<string, Stream>;
  /** True while the stage's teacher is elaborated: weights are its own, and their names begin with `teacher.`. */
  readonly isTeacher: boolean;
  /** Params of the teacher; `undefined` if the stage has none. */
  readonly teacherOverrides: ReadonlyMap<string, Value> | undefined;
  /** Next values of states. */
  readonly updates: Map<string, Stream>;
  /** True if a scope is in evaluation mode although the graph is for training: a part that a stage freezes. */
  readonly isEvaluated: IsEvaluated;
  /**
   * Every scope that behaves differently in training and evaluation, with its mode in this graph: dropout, updates of
   * states, and blocks that ask for the mode.
   */
  readonly modes: Map<string, Mode>;
  /** The number of draws from each random site. */
  readonly randomSites: Map<string, number>;
  /** Streams by declaration, for diagrams and inspection. */
  readonly reached: Set<SymbolDeclaration>;
}

/**
 * The spans for a diagnostic, with the user's own first: the innermost call outside of the prelude; then the prelude's
 * spans, outermost first.
 */
export function placesOf(frame: Pick<Frame, "calls">, at: Span): readonly Span[] {
  return isPrelude(at.file) ? [...(frame.calls.at(-1)?.spans ?? []), at] : [at];
}

/** The name of the block that the user applied and that led to a span in the prelude. */
export function ownBlock({ calls }: Pick<Frame, "calls">): string | undefined {
  return calls.findLast((call) => !isPrelude(call.at.file))?.block;
}

export function pathOf(frame: Frame): string {
  return frame.path.join(".");
}

/** The mode of the current scope, for dropout and similar blocks. */
export function modeAt(frame: Frame): Mode {
  const { mode, isEvaluated, modes } = frame.elaboration;
  const place = pathOf(frame);
  const own = mode === "train" && isEvaluated(place) ? "evaluate" : mode;
  modes.set(place, own);
  return own;
}

export function originOf(frame: Frame, at = frame.at): Origin {
  const call = frame.calls.at(-1)?.id;
  return { spans: placesOf(frame, at), path: pathOf(frame), ...(call === undefined ? {} : { call }) };
}

/**
 * The builder of the graph, which attributes the nodes that it emits next to this frame. Nodes are emitted in no other
 * way, so that each has the right origin.
 */
export function builderAt(frame: Frame): GraphBuilder {
  const { builder, emitting } = frame.elaboration;
  if (emitting.frame !== frame) {
    emitting.frame = frame;
    builder.origin = originOf(frame);
  }
  return builder;
}

/**
 * The names of the nested blocks for messages: `bottleneck → encoder_layer → linear`. Empty for a single block, which
 * the message names.
 */
export function blockPath({ calls }: Pick<Frame, "calls">): string {
  return calls.length < 2 ? "" : calls.map((call) => call.block).join(" → ");
}

/**
 * Reports at the user's own line, with the line of the prelude as a related position. Only the first diagnostic about
 * one of the user's calls is reported from within the prelude, because the others follow from it.
 */
export function report<Name extends DiagnosticName>(
  frame: Frame,
  name: Name,
  at: Span,
  holes: Holes<Name>,
  related: readonly Related[] = [],
): void {
  const [first = at, ...rest] = placesOf(frame, at);
  const inside = rest
    .slice(-1)
    .map((place): Related => ({ at: place, message: "inside this block of the standard library" }));
  frame.elaboration.reporter.report(name, first, holes, {
    related: [...related, ...inside],
    ...(first === at ? {} : { unless: "error_at_span" }),
  });
}
