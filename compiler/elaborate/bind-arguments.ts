import type { Argument, Span } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Callable, CallableParameter } from "./callable.ts";
import { type ParameterType, describeType, isStreamType } from "../resolve/parameter-type.ts";
import { callExpression } from "./call.ts";
import { coerce } from "./coerce.ts";
import { report } from "./elaboration.ts";
import { chosenArgument } from "./choices.ts";
import { evaluate } from "./evaluate.ts";
import type { Frame } from "./frame.ts";
import { evaluateInitializer } from "./initializer.ts";
import { mentionsIt } from "../resolve/resolve-expressions.ts";
import { type Value, describe, string } from "./value.ts";

export interface BoundArgument {
  readonly value: Value;
  readonly at: Span;
}

/** Arguments by parameter. A missing parameter has its default, or is still open. */
export type BoundArguments = ReadonlyMap<string, BoundArgument>;

/**
 * Binds arguments in two lanes (semantics, "Binding"): positional streams fill stream parameters in order, compile-time
 * values fill the others. A layer value leaves exactly its first stream parameter open, and positional streams fill
 * from the second. A call is a layer value if it follows `->`, or if it has fewer streams than it needs.
 */
export function bindArguments(
  frame: Frame,
  callable: Callable,
  args: readonly Argument[],
  use: "apply" | "layer",
): { readonly bound: BoundArguments; readonly open: boolean } | undefined {
  const bound = new Map<string, BoundArgument>();
  const positional: BoundArgument[] = [];
  let broken = false;
  const compileTime = callable.parameters.filter((parameter) => !isStreamType(parameter.type));
  const takesStreams = compileTime.length < callable.parameters.length;
  const nextCompileTime = (): CallableParameter | undefined =>
    compileTime.find(
      (parameter) =>
        (!bound.has(parameter.name) || parameter.type.kind === "list") &&
        !args.some((argument) => argument.name?.name === parameter.name),
    );
  for (const argument of args) {
    const at = argument.span;
    const parameter = argument.name ? named(frame, callable, argument, bound) : nextCompileTime();
    if (argument.name && !parameter) {
      broken = true;
      continue;
    }
    const value = argumentValue(frame, argument, parameter, takesStreams ? "two" : "one");
    if (value.kind === "poison") broken = true;
    else if (!argument.name && value.kind === "layer" && !(parameter && takesLayers(parameter.type))) {
      broken = true;
      report(frame, "stream_expected", argument.value.span, {
        what: `This argument of ${callable.name}`,
        found: describe(value),
      });
    } else if (!argument.name && takesStreams && isStreamArgument(value)) positional.push({ value, at });
    else if (!argument.name && value.kind === "number" && !parameter && callable.parameters.some(takesNumbers))
      positional.push({ value, at });
    else if (parameter)
      bound.set(parameter.name, {
        value: argument.name ? value : collected(parameter, bound.get(parameter.name), value),
        at: argument.value.span,
      });
    else {
      broken = true;
      report(frame, "too_many_arguments", at, { of: callable.name, accepts: signature(callable) });
    }
  }
  const open = placeStreams(frame, callable, positional, bound, use);
  if (open === undefined) return undefined;
  return broken || !coerceAll(frame, callable, bound) ? undefined : { bound, open };
}

/** Collects all positional compile-time values of a list parameter. */
function collected(parameter: CallableParameter, before: BoundArgument | undefined, value: Value): Value {
  if (parameter.type.kind !== "list" || value.kind === "list") return value;
  return { kind: "list", items: [...(before?.value.kind === "list" ? before.value.items : []), value] };
}

/** The parameter of a named argument, unless it is unknown or given twice. */
function named(
  frame: Frame,
  callable: Callable,
  argument: Argument,
  bound: ReadonlyMap<string, BoundArgument>,
): CallableParameter | undefined {
  const name = argument.name?.name ?? "";
  const at = argument.name?.span ?? argument.span;
  const parameter = callable.parameters.find((candidate) => candidate.name === name);
  const known = callable.parameters.map((candidate) => candidate.name);
  if (!parameter)
    report(frame, "unknown_option", at, {
      option: name,
      of: callable.name,
      nearest: nearest(name, known),
      known: known.join(", "),
    });
  else if (bound.has(name)) report(frame, "duplicate_option", at, { option: name });
  else return parameter;
  return undefined;
}

/**
 * A call given for a block parameter stays a layer value. A positional one does so only if its block takes no stream,
 * since it may be one itself.
 */
function argumentValue(
  frame: Frame,
  argument: Argument,
  parameter: CallableParameter | undefined,
  lanes: "one" | "two",
): Value {
  const { value } = argument;
  const type = parameter?.type.kind === "optional" ? parameter.type.inner : parameter?.type;
  const choice = type?.kind === "one_of" ? chosenArgument(frame.elaboration, argument, type.options) : undefined;
  if (choice !== undefined) return string(choice);
  if (type?.kind === "block" && mentionsIt(value))
    return { kind: "layer", layer: { kind: "closure", expression: value, frame } };
  if (type?.kind === "block" && value.kind === "Call" && (argument.name || lanes === "one"))
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

/** Gives positional streams to stream parameters. Returns true if the first one stays open, and `undefined` if a stream has no parameter. */
function placeStreams(
  frame: Frame,
  callable: Callable,
  positional: readonly BoundArgument[],
  bound: Map<string, BoundArgument>,
  use: "apply" | "layer",
): boolean | undefined {
  const free = callable.parameters.filter((parameter) => isStreamType(parameter.type) && !bound.has(parameter.name));
  const [first] = free;
  if (!first) {
    if (positional[0])
      report(frame, "too_many_arguments", positional[0].at, {
        of: callable.name,
        accepts: signature(callable),
      });
    return positional.length > 0 ? undefined : use === "layer";
  }
  if (isList(first)) {
    if (positional.length > 0) bound.set(first.name, listOf(positional));
    return use === "layer" || positional.length === 0;
  }
  const needed = free.filter((parameter) => parameter.default === undefined && parameter.type.kind === "stream").length;
  const open =
    use === "layer" ||
    positional.length < needed ||
    (needed === 0 && positional.length === 0 && first.type.kind === "stream");
  const places = open ? free.slice(1) : free;
  for (const [index, argument] of positional.entries()) {
    const place = places[index];
    if (!place) {
      report(frame, "too_many_arguments", argument.at, {
        of: callable.name,
        accepts: signature(callable),
      });
      return undefined;
    }
    bound.set(place.name, isList(place) ? listOf(positional.slice(index)) : argument);
    if (isList(place)) break;
  }
  return open;
}

function isList(parameter: CallableParameter): boolean {
  return parameter.type.kind === "list" || (parameter.type.kind === "optional" && parameter.type.inner.kind === "list");
}

/** One list parameter takes all positional streams; lists among them are spread. */
function listOf(positional: readonly BoundArgument[]): BoundArgument {
  const [first] = positional;
  const items = positional.flatMap(({ value }) =>
    value.kind === "list" || value.kind === "tuple"
      ? value.items
      : value.kind === "record"
        ? [...value.fields.values()]
        : [value],
  );
  return { value: { kind: "list", items }, at: first?.at ?? { file: "", start: 0, end: 0 } };
}

function coerceAll(frame: Frame, callable: Callable, bound: Map<string, BoundArgument>): boolean {
  let fits = true;
  for (const parameter of callable.parameters) {
    const argument = bound.get(parameter.name);
    if (!argument) continue;
    const value = coerce(frame, argument.value, parameter.type, `"${parameter.name}" of ${callable.name}`, argument.at);
    if (value.kind === "poison") fits = false;
    bound.set(parameter.name, { value, at: argument.at });
  }
  return fits;
}

/** The parameters of a callable for messages: `heads: a whole number, dropout: a rate …`. */
export function signature(callable: Callable): string {
  return (
    callable.parameters.map((parameter) => `${parameter.name} (${describeType(parameter.type)})`).join(", ") ||
    "no arguments"
  );
}
