import type { Span } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { type ParameterType, describeType } from "../resolve/parameter-type.ts";
import { blockPath, report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { type Stream, type Value, describe, describeStream, none, poison } from "./value.ts";
import type { StreamKind } from "../resolve/parameter-type.ts";
import { wayTo } from "./ways.ts";

/** The value of a param, which may count seconds, bytes or hertz: where it is used says whether that is right. */
export function coerceParam(frame: Frame, value: Value, type: ParameterType, what: string, at: Span): Value {
  if (value.kind !== "number" || value.measure === undefined) return coerce(frame, value, type, what, at);
  const { measure, ...plain } = value;
  const fitting = coerce(frame, plain, type, what, at);
  return fitting.kind === "number" ? { ...fitting, measure } : fitting;
}

/** The value as a parameter of this type takes it; poison, and a diagnostic, where it does not fit. */
export function coerce(frame: Frame, value: Value, type: ParameterType, what: string, at: Span): Value {
  if (value.kind === "poison") return poison;
  const wrong = (): Value => {
    report(frame, "wrong_type", at, { what, expected: describeType(type), found: describe(value) });
    return poison;
  };
  switch (type.kind) {
    case "optional":
      return value.kind === "none" || value.kind === "absent" ? none : coerce(frame, value, type.inner, what, at);
    case "stream":
      return coerceStream(frame, value, type.of, what, at);
    case "list": {
      const items =
        value.kind === "list" || value.kind === "tuple"
          ? value.items
          : value.kind === "record"
            ? [...value.fields.values()]
            : [value];
      const present = items.filter((item) => !(item.kind === "absent" && item.optional));
      const coerced = present.map((item) => coerce(frame, item, type.element, what, at));
      if (coerced.some((item) => item.kind === "poison")) return poison;
      return (
        coerced.find((item) => item.kind === "absent") ??
        (items.length > 0 && coerced.length === 0 ? (items[0] ?? none) : { kind: "list", items: coerced })
      );
    }
    case "int":
    case "number": {
      if (
        value.kind !== "number" ||
        value.measure !== undefined ||
        (type.kind === "int" && !Number.isInteger(value.value))
      )
        return wrong();
      if (value.value < (type.min ?? -Infinity) || value.value > (type.max ?? Infinity)) {
        report(frame, "out_of_range", at, {
          what,
          value: value.value,
          range: `${type.min ?? ""}..${type.max ?? ""}`,
        });
        return poison;
      }
      return value;
    }
    case "rate":
      if (value.kind !== "number" || value.measure !== undefined) return wrong();
      if (value.value < 0 || value.value > 1) {
        report(frame, "out_of_range", at, { what, value: value.value, range: "0..1" });
        return poison;
      }
      return value;
    case "one_of":
      return coerceChoice(frame, value, type.options, what, at) ?? wrong();
    case "bool":
    case "string":
    case "initializer":
      return value.kind === type.kind ? value : wrong();
    case "block":
      return value.kind === "layer" ? value : wrong();
    case "any":
      return value.kind === "number" && value.measure !== undefined ? wrong() : value;
  }
}

function coerceChoice(
  frame: Frame,
  value: Value,
  options: readonly string[],
  what: string,
  at: Span,
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

function coerceStream(frame: Frame, value: Value, of: StreamKind | "stream", what: string, at: Span): Value {
  if (value.kind === "absent") return value;
  if (value.kind === "number" && value.measure === undefined && of === "stream") return value;
  if (value.kind !== "stream") {
    report(frame, "stream_expected", at, { what, found: describe(value) });
    return poison;
  }
  if (fitsKind(value.stream, of)) return value;
  const expected = describeType({ kind: "stream", of });
  report(frame, "wrong_stream", at, {
    what,
    expected,
    found: describeStream(value.stream),
    path: blockPath(frame),
    hint: of === "stream" ? undefined : wayTo(value.stream, of),
  });
  return poison;
}

/** `tensor` takes any shape; regions are tokens that also carry boxes. */
function fitsKind(stream: Stream, of: StreamKind | "stream"): boolean {
  return of === "stream" || of === "tensor" || stream.kind === of || (of === "tokens" && stream.kind === "regions");
}
