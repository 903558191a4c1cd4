import type { Span } from "../../grammar/ast.ts";
import { applyBlock } from "./apply-block.ts";
import { isCombinator } from "./callable.ts";
import { report } from "./elaboration.ts";
import { evaluateLayer } from "./evaluate.ts";
import { type Frame, inside, withLocal } from "./frame.ts";
import { runRepeat } from "./repeat.ts";
import { type LayerValue, type Value, describe, labelled, poison } from "./value.ts";

export interface StreamArgument {
  readonly value: Value;
  readonly at: Span;
}
export type NamedArguments = ReadonlyMap<string, StreamArgument>;

/** The segment that an application adds to the names of weights: the layer's own, none, or one that a name outside of the layer gives. */
type Segment = { readonly kind: "own" } | { readonly kind: "none" } | { readonly kind: "given"; readonly name: string };

interface Naming {
  readonly segment: Segment;
  /** The task's name, behind the block's. */
  readonly suffix: string | undefined;
  /** Arguments by name: those that the block does not declare, or that it already has, are passed over. */
  readonly named: NamedArguments;
}

const ownNaming: Naming = { segment: { kind: "own" }, suffix: undefined, named: new Map() };

/** Applies a layer value to streams: the first fills the open parameter, the others those behind it. `frame.at` is the application. */
export function applyLayer(
  frame: Frame,
  layer: LayerValue,
  streams: readonly StreamArgument[],
  {
    segment = "own",
    named = ownNaming.named,
  }: { readonly segment?: "own" | "none" | "head"; readonly named?: NamedArguments } = {},
): Value {
  return apply(frame, layer, streams, {
    ...ownNaming,
    named,
    segment: segment === "head" ? { kind: "given", name: segment } : { kind: segment },
  });
}

function apply(frame: Frame, layer: LayerValue, streams: readonly StreamArgument[], naming: Naming): Value {
  const { work } = frame.elaboration;
  const { depth } = work;
  work.apply(frame, frame.at);
  const applyKind = appliers[layer.kind] as Apply<LayerValue["kind"]>;
  const value = applyKind(frame, layer, streams, naming);
  work.leave(depth);
  return value;
}

type LayerOf<Kind extends LayerValue["kind"]> = Extract<LayerValue, { readonly kind: Kind }>;
type Apply<Kind extends LayerValue["kind"]> = (
  frame: Frame,
  layer: LayerOf<Kind>,
  streams: readonly StreamArgument[],
  naming: Naming,
) => Value;

const appliers: { readonly [Kind in LayerValue["kind"]]: Apply<Kind> } = {
  partial: (frame, layer, streams, naming) =>
    isCombinator(layer.callable) && (streams.length > 0 || naming.named.has("x"))
      ? applyCombinator(frame, layer, streams, naming)
      : applyBlock(named(frame, layer, naming), layer, streams, naming.named),

  composition(frame, { parts }, streams, naming) {
    const within = naming.segment.kind === "given" ? inside(frame, naming.segment.name) : frame;
    const ofPart = (index: number): Naming => ({
      ...naming,
      segment: { kind: "own" },
      ...(index > 0 ? { named: new Map() } : {}),
    });
    const through = (given: readonly StreamArgument[], part: LayerValue, index: number): readonly StreamArgument[] => [
      { value: apply(within, part, given, ofPart(index)), at: frame.at },
    ];
    return parts.reduce(through, streams)[0]?.value ?? poison;
  },

  repeat(frame, layer, streams, naming) {
    const entering = enteringOf(streams, naming);
    const { path } = named(frame, layer, naming);
    return entering ? runRepeat(where(frame, { ...layer.frame, path }), layer.expression, entering) : poison;
  },

  closure(frame, layer, streams, naming) {
    const body = where(frame, { ...layer.frame, path: frame.path });
    const made = evaluateLayer(withLocal(body, "it", enteringOf(streams, naming) ?? poison), layer.expression);
    return made ? apply(frame, made, streams, naming) : poison;
  },

  instance(frame, layer, streams, naming) {
    const output = apply({ ...frame, path: layer.path }, layer.of, streams, { ...naming, segment: { kind: "none" } });
    if (output.kind === "stream") frame.elaboration.outputsOf.set(layer.path.join("."), output.stream);
    return output;
  },

  named: (frame, layer, streams, naming) =>
    apply(
      frame,
      layer.of,
      streams,
      naming.segment.kind === "own" ? { ...naming, segment: { kind: "given", name: layer.segment } } : naming,
    ),

  given: (frame, layer, streams, naming) =>
    apply(frame, layer.of, [...streams, ...layer.streams], {
      ...naming,
      named: new Map([...layer.named, ...naming.named]),
    }),

  per_task(frame, layer, streams, naming) {
    const { task } = frame.elaboration;
    if (!task) {
      report(frame, "task_outside", frame.at, { name: "per_task" });
      return poison;
    }
    const of = (suffix: string): Value => apply(frame, layer.of, streams, { ...naming, suffix });
    if (layer.tasks === "current") return of(task.name);
    const named = frame.elaboration.rules.streamsOfTasks === "named";
    return { kind: "list", items: layer.tasks.map((name) => labelled(of(name), named ? name : undefined)) };
  },
};

/** The frame of what a layer makes: with its segment, and that of the task. */
function named(frame: Frame, layer: { readonly segment: string | undefined }, naming: Naming): Frame {
  return inside(inside(frame, segmentOf(layer, naming)), naming.suffix);
}

function segmentOf({ segment }: { readonly segment: string | undefined }, naming: Naming): string | undefined {
  return { own: segment, none: undefined, given: naming.segment.kind === "given" ? naming.segment.name : undefined }[
    naming.segment.kind
  ];
}

/** The stream that enters a layer whose body is an expression. */
function enteringOf(streams: readonly StreamArgument[], { named: given }: Naming): Value | undefined {
  return streams[0]?.value ?? given.get("x")?.value;
}

/** The frame in which a layer was written, as a part of where it is applied. */
function where({ elaboration, calls, at }: Frame, written: Frame): Frame {
  return { ...written, elaboration, calls, at };
}

/** A combinator makes a layer, which is applied instead of it: a transparent combinator adds no segment, a block that gives a block adds its own. */
function applyCombinator(
  frame: Frame,
  layer: LayerOf<"partial">,
  streams: readonly StreamArgument[],
  naming: Naming,
): Value {
  const { native, name } = layer.callable;
  const within = native ? frame : inside(frame, segmentOf(layer, naming));
  const made = applyBlock(within, layer, [], new Map());
  if (made.kind === "layer")
    return apply(within, made.layer, streams, native ? naming : { ...ownNaming, named: naming.named });
  if (made.kind !== "poison") report(frame, "not_callable", frame.at, { name, found: describe(made) });
  return poison;
}
