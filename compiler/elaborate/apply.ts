import type { Span } from "../../grammar/ast.ts";
import { bodyOf } from "./body.ts";
import type { Callable, CallableParameter } from "./callable.ts";
import { isCombinator } from "./callable.ts";
import { describeType, exampleOfParameter, isStreamType } from "../resolve/parameter-type.ts";
import { coerce } from "./coerce.ts";
import { type Elaboration, blockPath, ownBlock, report } from "./elaboration.ts";
import { evaluate, evaluateLayer } from "./evaluate.ts";
import { type CallSite, type Frame, withLocal } from "./frame.ts";
import { evaluateInitializer } from "./initializer.ts";
import { type Native, NativeCall, applyNative } from "./natives/native.ts";
import { jointPresence, streamsAmong } from "./presence.ts";
import { runRepeat } from "./repeat.ts";
import { siteNamesOf } from "./site-names.ts";
import { type LayerValue, type Value, describe, none, poison } from "./value.ts";
import { wayTo } from "./ways.ts";

export interface StreamArgument {
  readonly value: Value;
  readonly at: Span;
}
export type NamedArguments = ReadonlyMap<string, StreamArgument>;

/** How what is applied is called, where it is not by its own name. */
interface Naming {
  /** `null`: no segment, for what a declaration has named. */
  readonly segment?: string | null;
  /** The task's name, behind the block's. */
  readonly suffix?: string;
  /** Arguments by name: those that the block does not declare, or that it already has, are passed over. */
  readonly named?: NamedArguments;
}

type PartialLayer = Extract<LayerValue, { kind: "partial" }>;

const deepest = 150;

/** Applies a layer value to streams: the first fills the open parameter, the others those behind it. */
export function applyLayer(
  elaboration: Elaboration,
  frame: Frame,
  layer: LayerValue,
  streams: readonly StreamArgument[],
  at: Span,
  naming: Naming = {},
): Value {
  const { work } = elaboration;
  const { depth } = work;
  work.apply(frame, at);
  const value = applied(elaboration, frame, layer, streams, at, naming);
  work.leave(depth);
  return value;
}

function applied(
  elaboration: Elaboration,
  frame: Frame,
  layer: LayerValue,
  streams: readonly StreamArgument[],
  at: Span,
  naming: Naming,
): Value {
  const inside = (segment: string | null | undefined): Frame => {
    const segments = [segment, naming.suffix].filter((name) => name !== undefined && name !== null);
    return segments.length === 0 ? frame : { ...frame, path: [...frame.path, ...segments] };
  };
  switch (layer.kind) {
    case "partial":
      if (isCombinator(layer.callable) && (streams.length > 0 || naming.named?.has("x")))
        return applyCombinator(elaboration, frame, layer, streams, at, naming);
      return applyPartial(
        elaboration,
        inside(naming.segment === undefined ? layer.segment : naming.segment),
        layer,
        streams,
        at,
        naming.named ?? new Map(),
      );
    case "composition": {
      const within = naming.segment ? { ...frame, path: [...frame.path, naming.segment] } : frame;
      const suffix = naming.suffix === undefined ? {} : { suffix: naming.suffix };
      const apply = (given: readonly StreamArgument[], part: LayerValue, index: number): readonly StreamArgument[] => [
        {
          value: applyLayer(
            elaboration,
            within,
            part,
            given,
            at,
            index === 0 && naming.named ? { ...suffix, named: naming.named } : suffix,
          ),
          at,
        },
      ];
      return layer.parts.reduce(apply, streams)[0]?.value ?? poison;
    }
    case "repeat": {
      const { path } = inside(naming.segment === undefined ? layer.segment : naming.segment);
      const piped = streams[0]?.value ?? naming.named?.get("x")?.value;
      return piped
        ? runRepeat(elaboration, { ...layer.frame, path, calls: frame.calls }, layer.expression, piped)
        : poison;
    }
    case "closure": {
      const entering = streams[0]?.value ?? naming.named?.get("x")?.value ?? poison;
      const made = evaluateLayer(
        elaboration,
        withLocal({ ...layer.frame, path: frame.path, calls: frame.calls }, "it", entering),
        layer.expression,
      );
      return made ? applyLayer(elaboration, frame, made, streams, at, naming) : poison;
    }
    case "instance":
      return applyLayer(elaboration, { ...frame, path: layer.path }, layer.of, streams, at, {
        ...naming,
        segment: null,
      });
    case "named":
      return applyLayer(elaboration, frame, layer.of, streams, at, {
        ...naming,
        segment: naming.segment === undefined ? layer.segment : naming.segment,
      });
    case "given":
      return applyLayer(elaboration, frame, layer.of, [...streams, ...layer.streams], at, {
        ...naming,
        named: new Map([...layer.named, ...(naming.named ?? [])]),
      });
    case "per_task":
      return applyPerTask(elaboration, frame, layer, streams, at, naming);
  }
}

/** What a combinator makes is applied in its place: transparent ones add no segment, a block that gives a block adds its own. */
function applyCombinator(
  elaboration: Elaboration,
  frame: Frame,
  layer: PartialLayer,
  streams: readonly StreamArgument[],
  at: Span,
  naming: Naming,
): Value {
  const segment = layer.callable.native ? undefined : naming.segment === undefined ? layer.segment : naming.segment;
  const within = segment ? { ...frame, path: [...frame.path, segment] } : frame;
  const made = applyPartial(elaboration, within, layer, [], at, new Map());
  if (made.kind === "layer")
    return applyLayer(
      elaboration,
      within,
      made.layer,
      streams,
      at,
      layer.callable.native || !naming.named ? naming : { named: naming.named },
    );
  if (made.kind !== "poison")
    report(elaboration, frame, "not_callable", at, { name: layer.callable.name, found: describe(made) });
  return poison;
}

function applyPerTask(
  elaboration: Elaboration,
  frame: Frame,
  layer: Extract<LayerValue, { kind: "per_task" }>,
  streams: readonly StreamArgument[],
  at: Span,
  naming: Naming,
): Value {
  const { task } = elaboration;
  if (!task) {
    report(elaboration, frame, "task_outside", at, { name: layer.which === "all" ? "all_tasks" : "per_task" });
    return poison;
  }
  const of = (suffix: string): Value => applyLayer(elaboration, frame, layer.of, streams, at, { ...naming, suffix });
  return layer.which === "current" ? of(task.name) : { kind: "list", items: task.all.map(of) };
}

/** The second call of the block that is called most often. */
function recursiveCall(calls: readonly CallSite[]): CallSite {
  const byBlock = new Map<string, CallSite[]>();
  for (const call of calls) byBlock.set(call.block, [...(byBlock.get(call.block) ?? []), call]);
  const [most] = [...byBlock.values()].toSorted((a, b) => b.length - a.length);
  const call = most?.[1] ?? calls.at(-1);
  if (!call) throw new Error("there is no call");
  return call;
}

function applyPartial(
  elaboration: Elaboration,
  frame: Frame,
  layer: PartialLayer,
  streams: readonly StreamArgument[],
  at: Span,
  named: NamedArguments,
): Value {
  const { callable } = layer;
  if (frame.calls.length > deepest) {
    const { block, at: place } = recursiveCall([...frame.calls, { block: callable.name, at }]);
    elaboration.reporter.report("recursion", place, { block });
    return poison;
  }
  const inner: Frame = { ...frame, calls: [...frame.calls, { block: callable.name, at }] };
  const given = place(elaboration, inner, layer, streams, named);
  if (!given) return poison;
  let scope: Frame = {
    ...inner,
    file: callable.file,
    locals: undefined,
    sites: siteNamesOf(elaboration, callable),
  };
  const values = new Map<string, Value>();
  for (const parameter of callable.parameters) {
    const value = given.get(parameter.name) ?? defaultOf(elaboration, scope, callable, parameter, at);
    if (value.kind === "poison") return poison;
    // What depends on an absent stream is absent.
    if (value.kind === "absent") return value;
    values.set(parameter.name, value);
    scope = withLocal(scope, parameter.name, value);
  }
  if (callable.native && !takes(elaboration, inner, callable, values, at)) return poison;
  if (callable.native)
    return withPresence(
      callable.native,
      applyNative(callable.native, new NativeCall(elaboration, inner, callable, values, at)),
      values,
    );
  return bodyOf(elaboration, scope, callable);
}

function withPresence({ naming, presence }: Native, result: Value, values: ReadonlyMap<string, Value>): Value {
  if (result.kind !== "stream" || naming === "transparent" || presence === "own") return result;
  const joint = jointPresence(streamsAmong(values.values()));
  return joint.length === 0 ? result : { kind: "stream", stream: { ...result.stream, presence: joint } };
}

/** Whether a primitive can compute with these streams. Ids are names and not numbers; a list or a number is a stream for a few only. */
function takes(
  elaboration: Elaboration,
  frame: Frame,
  { name, native, parameters }: Callable,
  values: ReadonlyMap<string, Value>,
  at: Span,
): boolean {
  const accepts = native?.accepts;
  for (const parameter of accepts === "anything" ? [] : parameters) {
    const value = values.get(parameter.name) ?? none;
    const { type } = parameter;
    if (!isStreamType(type) || value.kind === "none" || (type.kind === "stream" && type.of === "ids")) continue;
    const what = `"${parameter.name}" of ${name}`;
    const entering = `What enters ${ownBlock(frame) ?? name}`;
    for (const item of type.kind === "list" && value.kind === "list" ? value.items : [value]) {
      if (item.kind === "stream" && (item.stream.kind !== "ids" || accepts === "ids")) continue;
      if (item.kind === "number" && accepts === "numbers") continue;
      if (item.kind === "stream")
        report(elaboration, frame, "wrong_stream", at, {
          what: entering,
          expected: "a stream of numbers",
          found: describe(item),
          path: blockPath(frame),
          hint: wayTo(item.stream, "numbers"),
        });
      else report(elaboration, frame, "stream_expected", at, { what, found: describe(item) });
      return false;
    }
  }
  return true;
}

/** The parameters' values: those bound before, then the streams, then the named ones that the block declares. */
function place(
  elaboration: Elaboration,
  frame: Frame,
  layer: PartialLayer,
  streams: readonly StreamArgument[],
  named: NamedArguments,
): Map<string, Value> | undefined {
  const { callable, bound } = layer;
  const values = new Map<string, Value>([...bound].map(([name, argument]) => [name, argument.value]));
  const free = callable.parameters.filter(
    (parameter) => isStreamType(parameter.type) && (!bound.has(parameter.name) || parameter === callable.parameters[0]),
  );
  const assign = (parameter: CallableParameter, { value, at }: StreamArgument): boolean => {
    const fitting = coerce(elaboration, frame, value, parameter.type, `"${parameter.name}" of ${callable.name}`, at);
    const rest = values.get(parameter.name);
    values.set(
      parameter.name,
      rest?.kind === "list" && fitting.kind === "list"
        ? { kind: "list", items: [...fitting.items, ...rest.items] }
        : fitting,
    );
    return fitting.kind !== "poison";
  };
  let index = 0;
  for (const argument of streams) {
    while (free[index] && values.has(free[index]?.name ?? "") && free[index]?.type.kind !== "list") index++;
    const parameter = free[index];
    if (!parameter) {
      report(elaboration, frame, "too_many_arguments", argument.at, {
        of: callable.name,
        accepts: callable.parameters.map(({ name }) => name).join(", "),
      });
      return undefined;
    }
    if (!assign(parameter, argument)) return undefined;
    if (parameter.type.kind !== "list") index++;
  }
  for (const [name, argument] of named) {
    // "x" is what a site calls the stream itself, whatever the block calls its first parameter.
    const parameter =
      callable.parameters.find((candidate) => candidate.name === name) ??
      (name === "x" ? free.find((candidate) => !values.has(candidate.name)) : undefined);
    if (!parameter || values.has(parameter.name)) continue;
    if (!assign(parameter, argument)) return undefined;
  }
  return values;
}

function defaultOf(
  elaboration: Elaboration,
  scope: Frame,
  callable: Callable,
  parameter: CallableParameter,
  at: Span,
): Value {
  if (parameter.default) {
    const isChoice = parameter.type.kind === "one_of" && parameter.default.kind === "Name";
    if (isChoice && parameter.default.kind === "Name")
      return {
        kind: "string",
        value: parameter.default.name,
        choices: parameter.type.kind === "one_of" ? parameter.type.options : [],
      };
    const value =
      parameter.type.kind === "initializer"
        ? evaluateInitializer(elaboration, scope, parameter.default)
        : evaluate(elaboration, scope, parameter.default);
    return coerce(
      elaboration,
      scope,
      value,
      parameter.type,
      `"${parameter.name}" of ${callable.name}`,
      parameter.default.span,
    );
  }
  if (parameter.type.kind === "optional") return none;
  if (parameter.type.kind === "list" && isStreamType(parameter.type)) return { kind: "list", items: [] };
  report(elaboration, scope, "missing_option", at, {
    option: parameter.name,
    of: callable.name,
    doc: describeType(parameter.type),
    example: exampleOfParameter(parameter.type),
  });
  return poison;
}
