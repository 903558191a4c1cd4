import type { Expression } from "../../grammar/ast.ts";
import type { NamedArguments, StreamArgument } from "./apply.ts";
import { bodyOf } from "./body.ts";
import type { Callable, CallableParameter } from "./callable.ts";
import { describeType, exampleOfParameter, isStreamType } from "../resolve/parameter-type.ts";
import { coerce } from "./coerce.ts";
import { blockPath, ownBlock, pathOf, placesOf, report } from "./elaboration.ts";
import { evaluate } from "./evaluate.ts";
import { type CallSite, type Frame, frameAt, withLocal } from "./frame.ts";
import { evaluateInitializer } from "./initializer.ts";
import { type Native, NativeCall, applyNative } from "./natives/native.ts";
import { jointPresence, streamsAmong } from "./presence.ts";
import { siteNamesOf } from "./site-names.ts";
import { type LayerValue, type Value, describe, none, poison } from "./value.ts";
import { wayTo } from "./ways.ts";

type PartialLayer = Extract<LayerValue, { readonly kind: "partial" }>;

const deepest = 150;

/** Applies a block whose other arguments are bound, and keeps a record of the call. `frame.at` is the application. */
export function applyBlock(
  frame: Frame,
  layer: PartialLayer,
  streams: readonly StreamArgument[],
  named: NamedArguments,
): Value {
  const { calls } = frame.elaboration;
  const block = layer.callable.name;
  if (frame.calls.length > deepest) {
    const repeated = recursiveCall([...frame.calls, { block, at: frame.at, spans: [], id: -1 }]);
    frame.elaboration.reporter.report("recursion", repeated.at, { block: repeated.block });
    return poison;
  }
  const site = { block, at: frame.at, spans: placesOf(frame, frame.at) };
  const id = calls.open({
    ...site,
    callable: layer.callable,
    of: frame.elaboration.isTeacher ? "teacher" : "model",
    path: pathOf(frame),
    parent: frame.calls.at(-1)?.id,
  });
  const inner: Frame = { ...frame, calls: [...frame.calls, { ...site, id }] };
  const given = argumentsOf(inner, layer, streams, named);
  const values = new Map<string, Value>();
  const result = given ? call(inner, layer.callable, given, values) : poison;
  calls.close(id, values, result);
  return result;
}

/**
 * The result of a block, given the arguments that are bound. Those that are missing have their defaults; all are added
 * to `values` in the order of the parameters.
 */
function call(frame: Frame, callable: Callable, given: ReadonlyMap<string, Value>, values: Map<string, Value>): Value {
  const { native } = callable;
  let body: Frame = {
    ...frame,
    file: callable.file,
    locals: undefined,
    sites: siteNamesOf(frame.elaboration, callable),
  };
  for (const parameter of callable.parameters) {
    const value = given.get(parameter.name) ?? defaultOf(body, callable, parameter);
    if (value.kind === "poison") return poison;
    // A value that depends on an absent stream is absent.
    if (value.kind === "absent") return value;
    values.set(parameter.name, value);
    body = withLocal(body, parameter.name, value);
  }
  if (!native) return bodyOf(body, callable);
  if (!takes(frame, callable, values)) return poison;
  return withPresence(native, applyNative(native, new NativeCall(frame, callable, values)), values);
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

function withPresence({ naming, presence }: Native, result: Value, values: ReadonlyMap<string, Value>): Value {
  if (result.kind !== "stream" || naming === "transparent" || presence === "own") return result;
  const joint = jointPresence(streamsAmong(values.values()));
  return joint.length === 0 ? result : { kind: "stream", stream: { ...result.stream, presence: joint } };
}

/**
 * True if a primitive can compute with these streams. Ids are names and not numbers; a list or a number is a stream for
 * a few only.
 */
function takes(frame: Frame, { name, native, parameters }: Callable, values: ReadonlyMap<string, Value>): boolean {
  const accepts = native?.accepts;
  for (const parameter of accepts === "anything" ? [] : parameters) {
    const value = values.get(parameter.name) ?? none;
    const { type } = parameter;
    if (!isStreamType(type) || value.kind === "none" || (type.kind === "stream" && type.of === "ids")) continue;
    const what = `"${parameter.name}" of ${name}`;
    const entering = `The input of ${ownBlock(frame) ?? name}`;
    for (const item of type.kind === "list" && value.kind === "list" ? value.items : [value]) {
      if (item.kind === "stream" && (item.stream.kind !== "ids" || accepts === "ids")) continue;
      if (item.kind === "number" && accepts === "numbers") continue;
      if (item.kind === "stream")
        report(frame, "wrong_stream", frame.at, {
          what: entering,
          expected: "a stream of numbers",
          found: describe(item),
          path: blockPath(frame),
          hint: wayTo(item.stream, "numbers"),
        });
      else report(frame, "stream_expected", frame.at, { what, found: describe(item) });
      return false;
    }
  }
  return true;
}

/** The parameters' values: those bound before, then the streams, then the named ones that the block declares. */
function argumentsOf(
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
    const fitting = coerce(frame, value, parameter.type, `"${parameter.name}" of ${callable.name}`, at);
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
      report(frame, "too_many_arguments", argument.at, {
        of: callable.name,
        accepts: callable.parameters.map(({ name }) => name).join(", "),
      });
      return undefined;
    }
    if (!assign(parameter, argument)) return undefined;
    if (parameter.type.kind !== "list") index++;
  }
  for (const [name, argument] of named) {
    // A site names the stream itself "x", whatever the block's first parameter is called.
    const parameter =
      callable.parameters.find((candidate) => candidate.name === name) ??
      (name === "x" ? free.find((candidate) => !values.has(candidate.name)) : undefined);
    if (!parameter || values.has(parameter.name)) continue;
    if (!assign(parameter, argument)) return undefined;
  }
  return values;
}

/** The value of a parameter that has no argument. */
function defaultOf(body: Frame, callable: Callable, parameter: CallableParameter): Value {
  const { name, type, default: written } = parameter;
  if (written) return defaultValue(frameAt(body, written.span), callable, parameter, written);
  if (type.kind === "optional") return none;
  if (type.kind === "list" && isStreamType(type)) return { kind: "list", items: [] };
  report(body, "missing_option", body.at, {
    option: name,
    of: callable.name,
    doc: describeType(type),
    example: exampleOfParameter(type),
  });
  return poison;
}

function defaultValue(body: Frame, callable: Callable, { name, type }: CallableParameter, written: Expression): Value {
  if (type.kind === "one_of" && written.kind === "Name")
    return { kind: "string", value: written.name, choices: type.options };
  const value = type.kind === "initializer" ? evaluateInitializer(body, written) : evaluate(body, written);
  return coerce(body, value, type, `"${name}" of ${callable.name}`, written.span);
}
