import type { Span } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import {
  type ParameterType,
  type ParameterTypeOf,
  type Range,
  acceptsKind,
  describeType,
  isBeyond,
} from "../resolve/parameter-type.ts";
import { blockPath, report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { type Value, type ValueOf, describe, describeStream, elementsOf, none, poison } from "./value.ts";
import { wayTo } from "./ways.ts";

/** The value of a param, which may be in seconds, bytes or hertz. Its use decides if that is right. */
export function coerceParam(frame: Frame, value: Value, type: ParameterType, what: string, at: Span): Value {
  if (value.kind !== "number" || value.measure === undefined) return coerce(frame, value, type, what, at);
  const { measure, ...plain } = value;
  const fitting = coerce(frame, plain, type, what, at);
  return fitting.kind === "number" ? { ...fitting, measure } : fitting;
}

/** Converts a value to the type of a parameter. Reports a diagnostic and returns poison if it does not fit. */
export function coerce(frame: Frame, value: Value, type: ParameterType, what: string, at: Span): Value {
  if (value.kind === "poison") return poison;
  const fit = coercions[type.kind] as Coercion<ParameterType["kind"]>;
  const fitting = fit({ frame, what, at }, value, type);
  if (fitting) return fitting;
  report(frame, "wrong_type", at, { what, expected: describeType(type), found: describe(value) });
  return poison;
}

/** The parameter, as messages name it, and the span of the value. */
interface Context {
  readonly frame: Frame;
  readonly what: string;
  readonly at: Span;
}

/**
 * Returns `undefined` for a value of another type. Any other fault of the value is reported, and the result is poison.
 */
type Coercion<Kind extends ParameterType["kind"]> = (
  context: Context,
  value: Value,
  type: ParameterTypeOf<Kind>,
) => Value | undefined;

const coercions: { readonly [Kind in ParameterType["kind"]]: Coercion<Kind> } = {
  optional: (context, value, { inner }) =>
    value.kind === "none" || value.kind === "absent" ? none : coerceFor(context, value, inner),
  stream: coerceStream,
  list: coerceList,
  int: (context, value, range) =>
    isPlainNumber(value) && Number.isInteger(value.value) ? within(context, value, range) : undefined,
  number: (context, value, range) => (isPlainNumber(value) ? within(context, value, range) : undefined),
  rate: (context, value) => (isPlainNumber(value) ? within(context, value, { min: 0, max: 1 }) : undefined),
  one_of: coerceChoice,
  bool: (_context, value) => (value.kind === "bool" ? value : undefined),
  string: (_context, value) => (value.kind === "string" ? value : undefined),
  initializer: (_context, value) => (value.kind === "initializer" ? value : undefined),
  block: (_context, value) => (value.kind === "layer" ? value : undefined),
  any: (_context, value) => (value.kind !== "number" || isPlainNumber(value) ? value : undefined),
};

function coerceFor({ frame, what, at }: Context, value: Value, type: ParameterType): Value {
  return coerce(frame, value, type, what, at);
}

/** A number that counts no seconds, bytes or hertz. */
function isPlainNumber(value: Value): value is ValueOf<"number"> {
  return value.kind === "number" && value.measure === undefined;
}

function within({ frame, what, at }: Context, number: ValueOf<"number">, range: Range): Value {
  const { value } = number;
  if (!isBeyond(value, range)) return number;
  report(frame, "out_of_range", at, { what, value, range: `${range.min ?? ""}..${range.max ?? ""}` });
  return poison;
}

/** Leaves out streams that the task may lack. A list that only has such streams is absent, like the first of them. */
function coerceList(context: Context, value: Value, { element }: ParameterTypeOf<"list">): Value {
  const items = elementsOf(value);
  const present = items.filter((item) => !(item.kind === "absent" && item.optional));
  const [first] = items;
  if (first && present.length === 0) return first;
  const coerced = present.map((item) => coerceFor(context, item, element));
  if (coerced.some((item) => item.kind === "poison")) return poison;
  return coerced.find((item) => item.kind === "absent") ?? { kind: "list", items: coerced };
}

function coerceChoice(
  { frame, what, at }: Context,
  value: Value,
  { options }: ParameterTypeOf<"one_of">,
): Value | undefined {
  if (value.kind !== "string") return undefined;
  if (options.includes(value.value)) return { ...value, choices: options };
  report(frame, "unknown_choice", at, {
    what,
    value: value.value,
    choices: options.join(", "),
    nearest: nearest(value.value, options),
  });
  return poison;
}

function coerceStream({ frame, what, at }: Context, value: Value, type: ParameterTypeOf<"stream">): Value {
  const { of } = type;
  if (value.kind === "absent") return value;
  if (of === "stream" && isPlainNumber(value)) return value;
  if (value.kind !== "stream") {
    report(frame, "stream_expected", at, { what, found: describe(value) });
    return poison;
  }
  if (acceptsKind(of, value.stream.kind)) return value;
  report(frame, "wrong_stream", at, {
    what,
    expected: describeType(type),
    found: describeStream(value.stream),
    path: blockPath(frame),
    hint: of === "stream" ? undefined : wayTo(value.stream, of),
  });
  return poison;
}
