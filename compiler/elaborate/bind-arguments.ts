import type { Argument, Identifier, Span } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Callable, CallableParameter } from "./callable.ts";
import { callExpression } from "./call.ts";
import { coerce } from "./coerce.ts";
import { report } from "./elaboration.ts";
import { chosenArgument } from "./choices.ts";
import { evaluate } from "./evaluate.ts";
import type { Frame } from "./frame.ts";
import { evaluateInitializer } from "./initializer.ts";
import { type ParameterType, describeType, isStreamType } from "../resolve/parameter-type.ts";
import { mentionsIt } from "../resolve/resolve-expressions.ts";
import { type Value, describe, elementsOf, poison, string } from "./value.ts";

export interface BoundArgument {
  readonly value: Value;
  readonly at: Span;
}

/** Arguments by parameter. A missing parameter has its default, or is still open. */
export type BoundArguments = ReadonlyMap<string, BoundArgument>;

/** The arguments of a call. It is `open`, and so a layer value, if its first stream parameter has no stream. */
export interface Binding {
  readonly bound: BoundArguments;
  readonly open: boolean;
}

/**
 * Binds arguments in two lanes (semantics, "Binding"): positional streams fill stream parameters in order, compile-time
 * values fill the others. A layer value leaves exactly its first stream parameter open, and positional streams fill
 * from the second. A call is a layer value if it follows `->`, or if it has fewer streams than it needs. Returns
 * `undefined` if an argument is wrong, which has been reported.
 */
export function bindArguments(
  frame: Frame,
  callable: Callable,
  args: readonly Argument[],
  use: "apply" | "layer",
): Binding | undefined {
  const assignments: Assignment[] = [];
  for (const argument of args) {
    const { name } = argument;
    const assignment = name
      ? assignByName(frame, argument, namedParameter(frame, callable, name, assignments))
      : assignByPosition(frame, callable, argument, nextParameter(callable, args, assignments));
    if (assignment) assignments.push(assignment);
  }
  const binding = placeStreams(frame, callable, assignments, use);
  return binding && assignments.length === args.length ? coerceAll(frame, callable, binding) : undefined;
}

/**
 * An argument and its parameter, which is `undefined` for a positional stream until all streams are known.
 */
interface Assignment {
  readonly argument: Argument;
  readonly parameter: CallableParameter | undefined;
  readonly value: Value;
}

/** The parameter of a named argument, unless it is unknown or has an argument. */
function namedParameter(
  frame: Frame,
  callable: Callable,
  { name, span: at }: Identifier,
  before: readonly Assignment[],
): CallableParameter | undefined {
  const parameter = callable.parameters.find((candidate) => candidate.name === name);
  const known = callable.parameters.map((candidate) => candidate.name);
  if (!parameter)
    report(frame, "unknown_option", at, {
      option: name,
      of: callable.name,
      nearest: nearest(name, known),
      known: known.join(", "),
    });
  else if (isAssigned(parameter, before)) report(frame, "duplicate_option", at, { option: name });
  else return parameter;
  return undefined;
}

/** The parameter of the next positional compile-time value; a list takes all that are left. */
function nextParameter(
  { parameters }: Callable,
  args: readonly Argument[],
  before: readonly Assignment[],
): CallableParameter | undefined {
  return parameters.find(
    (parameter) =>
      !isStreamType(parameter.type) &&
      (parameter.type.kind === "list" || !isAssigned(parameter, before)) &&
      !args.some((argument) => argument.name?.name === parameter.name),
  );
}

function isAssigned({ name }: CallableParameter, assignments: readonly Assignment[]): boolean {
  return assignments.some(({ parameter }) => parameter?.name === name);
}

function assignByName(
  frame: Frame,
  argument: Argument,
  parameter: CallableParameter | undefined,
): Assignment | undefined {
  const value = parameter ? argumentValue(frame, argument, parameter, "call_is_layer") : poison;
  return value.kind === "poison" ? undefined : { argument, parameter, value };
}

/** The value decides the lane: a stream is placed later, any other value is for the next compile-time parameter. */
function assignByPosition(
  frame: Frame,
  callable: Callable,
  argument: Argument,
  next: CallableParameter | undefined,
): Assignment | undefined {
  const takesStreams = callable.parameters.some(({ type }) => isStreamType(type));
  const value = argumentValue(frame, argument, next, takesStreams ? "call_may_be_stream" : "call_is_layer");
  if (value.kind === "poison") return undefined;
  if (value.kind === "layer" && !(next && takesLayers(next.type))) {
    report(frame, "stream_expected", argument.value.span, {
      what: `This argument of ${callable.name}`,
      found: describe(value),
    });
    return undefined;
  }
  const isStream =
    (takesStreams && isStreamArgument(value)) ||
    (value.kind === "number" && !next && callable.parameters.some(takesNumbers));
  if (isStream || next) return { argument, parameter: isStream ? undefined : next, value };
  reportTooMany(frame, callable, argument.span);
  return undefined;
}

function reportTooMany(frame: Frame, callable: Callable, at: Span): void {
  report(frame, "too_many_arguments", at, { of: callable.name, accepts: signature(callable) });
}

/**
 * The value of an argument. A call given for a block parameter stays a layer value. A positional one does so only if
 * its block takes no stream, since it may be one itself.
 */
function argumentValue(
  frame: Frame,
  argument: Argument,
  parameter: CallableParameter | undefined,
  call: "call_is_layer" | "call_may_be_stream",
): Value {
  const { value } = argument;
  const type = parameter?.type.kind === "optional" ? parameter.type.inner : parameter?.type;
  const choice = type?.kind === "one_of" ? chosenArgument(frame.elaboration, argument, type.options) : undefined;
  if (choice !== undefined) return string(choice);
  if (type?.kind === "block" && mentionsIt(value))
    return { kind: "layer", layer: { kind: "closure", expression: value, frame } };
  if (type?.kind === "block" && value.kind === "Call" && call === "call_is_layer")
    return callExpression(frame, value, "layer");
  const evaluated = type?.kind === "initializer" ? evaluateInitializer(frame, value) : evaluate(frame, value);
  return argument.label && evaluated.kind === "stream"
    ? { ...evaluated, stream: { ...evaluated.stream, label: argument.label.name } }
    : evaluated;
}

function isStreamArgument(value: Value): boolean {
  if (value.kind === "list") return value.items.length > 0 && value.items.every(isStreamArgument);
  return value.kind === "stream" || value.kind === "absent" || value.kind === "record" || value.kind === "tuple";
}

function takesLayers(type: ParameterType): boolean {
  if (type.kind === "list") return takesLayers(type.element);
  if (type.kind === "optional") return takesLayers(type.inner);
  return type.kind === "block" || type.kind === "any";
}

/** Unary functions take compile-time numbers as well as streams. */
function takesNumbers(parameter: CallableParameter): boolean {
  return parameter.type.kind === "stream" && parameter.type.of === "stream";
}

/** Gives positional streams to stream parameters. Returns `undefined` if a stream has none, which is reported. */
function placeStreams(
  frame: Frame,
  callable: Callable,
  assignments: readonly Assignment[],
  use: "apply" | "layer",
): Binding | undefined {
  const bound = new Map<string, BoundArgument>();
  const streams: BoundArgument[] = [];
  for (const { argument, parameter, value } of assignments)
    if (!parameter) streams.push({ value, at: argument.span });
    else {
      const given = argument.name ? value : collected(parameter, bound.get(parameter.name), value);
      bound.set(parameter.name, { value: given, at: argument.value.span });
    }
  const free = callable.parameters.filter(({ name, type }) => isStreamType(type) && !bound.has(name));
  const [first] = free;
  const open = use === "layer" || lacksStreams(free, streams.length);
  const taking = open && first && !isList(first) ? free.slice(1) : free;
  for (const [index, stream] of streams.entries()) {
    const parameter = taking[index];
    if (!parameter) {
      reportTooMany(frame, callable, stream.at);
      return undefined;
    }
    bound.set(parameter.name, isList(parameter) ? listOf(stream, streams.slice(index)) : stream);
    if (isList(parameter)) break;
  }
  return { bound, open };
}

/** Collects all positional compile-time values of a list parameter. */
function collected({ type }: CallableParameter, before: BoundArgument | undefined, value: Value): Value {
  if (type.kind !== "list" || value.kind === "list") return value;
  return { kind: "list", items: [...(before?.value.kind === "list" ? before.value.items : []), value] };
}

/** True if too few streams are given for the parameters that have no argument, so that the first one stays open. */
function lacksStreams(free: readonly CallableParameter[], given: number): boolean {
  const [first] = free;
  if (!first) return false;
  const needed = free.filter((parameter) => parameter.default === undefined && parameter.type.kind === "stream").length;
  if (isList(first)) return given === 0;
  return given < needed || (needed === 0 && given === 0 && first.type.kind === "stream");
}

function isList({ type }: CallableParameter): boolean {
  return type.kind === "list" || (type.kind === "optional" && type.inner.kind === "list");
}

/** A list of streams takes all that are left; lists among them are spread. */
function listOf({ at }: BoundArgument, streams: readonly BoundArgument[]): BoundArgument {
  return { value: { kind: "list", items: streams.flatMap(({ value }) => elementsOf(value)) }, at };
}

function coerceAll(frame: Frame, callable: Callable, { bound, open }: Binding): Binding | undefined {
  const fitting = new Map(bound);
  for (const { name, type } of callable.parameters) {
    const argument = bound.get(name);
    if (!argument) continue;
    const value = coerce(frame, argument.value, type, `"${name}" of ${callable.name}`, argument.at);
    fitting.set(name, { value, at: argument.at });
  }
  const fits = [...fitting.values()].every(({ value }) => value.kind !== "poison");
  return fits ? { bound: fitting, open } : undefined;
}

/** The parameters of a callable for messages: `heads: a whole number, dropout: a rate …`. */
export function signature(callable: Callable): string {
  return (
    callable.parameters.map((parameter) => `${parameter.name} (${describeType(parameter.type)})`).join(", ") ||
    "no arguments"
  );
}
