import type { Expression, NameExpression, StringExpression } from "../../../grammar/ast.ts";
import { editedText } from "../../edited-text.ts";
import { type Hole, holesOf, spanWithin } from "../../resolve/pattern-parts.ts";
import { report } from "../elaboration.ts";
import { isBoundName } from "../choices.ts";
import { evaluate } from "../evaluate.ts";
import type { Frame } from "../frame.ts";
import { describe } from "../value.ts";
import type { Patterns } from "../../schema/types.ts";

/**
 * `all except ["**.adapter.**"]`, `"seen.**"`, `[seen, classify]`: names of streams and layers stand for all of their
 * weights. `{param}` is replaced.
 */
export function resolvePatterns(
  frame: Frame,
  expression: Expression,
  what: string,
): { readonly [Part in keyof Patterns]: Patterns[Part] } | undefined {
  if (expression.kind === "Except") {
    const base = resolvePatterns(frame, expression.base, what);
    const exceptions = resolvePatterns(frame, expression.exceptions, what);
    return base && exceptions && { include: base.include, except: [...base.except, ...exceptions.include] };
  }
  const items = expression.kind === "List" ? expression.items : [expression];
  const include: string[] = [];
  for (const item of items) {
    const pattern = patternOf(frame, item, what);
    if (pattern === undefined) return undefined;
    include.push(pattern);
  }
  return { include, except: [] };
}

function patternOf(frame: Frame, item: Expression, what: string): string | undefined {
  if (item.kind === "Name" && item.name === "all") return "**";
  if (item.kind === "String") return interpolate(frame, item);
  const path = namePath(item);
  const first = firstName(item);
  if (path !== undefined && first && isBoundName(frame.elaboration, first)) return `${path}.**`;
  const value = evaluate(frame, item);
  if (value.kind !== "poison")
    report(frame, "wrong_type", item.span, {
      what,
      expected: "a pattern, or the name of a stream or layer",
      found: describe(value),
    });
  return undefined;
}

function namePath(item: Expression): string | undefined {
  if (item.kind === "Name") return item.name;
  if (item.kind !== "Member") return undefined;
  const object = namePath(item.object);
  return object && `${object}.${item.member.name}`;
}

function firstName(item: Expression): NameExpression | undefined {
  return item.kind === "Member" ? firstName(item.object) : item.kind === "Name" ? item : undefined;
}

/**
 * `"layers.{0..half}.**"`: params become their values, and a range of one number that number; `{task}` stays for the
 * stage to fill.
 */
function interpolate(frame: Frame, pattern: StringExpression): string | undefined {
  const holes = holesOf(pattern.value);
  const values = holes.flatMap((hole) => {
    const text = valueOfHole(frame, pattern, hole);
    return text === undefined ? [] : [{ start: hole.start, end: hole.end, text }];
  });
  if (values.length < holes.length) return undefined;
  const filled = editedText(pattern.value, values);
  // Braces contain one value, a range, or a list of alternatives, which is left unchanged.
  return filled.replaceAll(/\{\s*([^{},]*?)\s*\}/gu, (whole, inside: string) => {
    if (inside === "task") return whole;
    const [from = inside, to] = inside.split(/\s*\.\.\s*/u).map(asNumber);
    return to === undefined || from === to ? from : `{${from}..${to}}`;
  });
}

function asNumber(text: string): string {
  return /^-?\d+$/u.test(text) ? String(Number(text)) : text;
}

/** The text of a param that a pattern names. */
function valueOfHole(frame: Frame, pattern: StringExpression, hole: Hole): string | undefined {
  const span = spanWithin(pattern, hole.start, hole.end);
  const value = evaluate(frame, { kind: "Name", span, name: hole.name });
  return value.kind === "number" || value.kind === "string" ? String(value.value) : undefined;
}
