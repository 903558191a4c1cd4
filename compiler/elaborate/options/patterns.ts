import type { Expression } from "../../../grammar/ast.ts";
import { type Elaboration, report } from "../elaboration.ts";
import { evaluate, isBoundName } from "../evaluate.ts";
import type { Frame } from "../frame.ts";
import { describe } from "../value.ts";
import type { Patterns } from "../../schema/types.ts";

/** `all except ["**.adapter.**"]`, `"seen.**"`, `[seen, classify]`: names of streams and layers stand for all of their weights. `{param}` is replaced. */
export function resolvePatterns(
  elaboration: Elaboration,
  frame: Frame,
  expression: Expression,
  what: string,
): { readonly [Part in keyof Patterns]: Patterns[Part] } | undefined {
  if (expression.kind === "Except") {
    const base = resolvePatterns(elaboration, frame, expression.base, what);
    const exceptions = resolvePatterns(elaboration, frame, expression.exceptions, what);
    return base && exceptions && { include: base.include, except: [...base.except, ...exceptions.include] };
  }
  const items = expression.kind === "List" ? expression.items : [expression];
  const include: string[] = [];
  for (const item of items) {
    const pattern = patternOf(elaboration, frame, item, what);
    if (pattern === undefined) return undefined;
    include.push(pattern);
  }
  return { include, except: [] };
}

function patternOf(elaboration: Elaboration, frame: Frame, item: Expression, what: string): string | undefined {
  if (item.kind === "Name" && item.name === "all") return "**";
  if (item.kind === "String") return interpolate(elaboration, frame, item.value, item);
  const path = namePath(item);
  if (path !== undefined && isBoundName(elaboration, frame, path.split(".")[0] ?? "")) return `${path}.**`;
  const value = evaluate(elaboration, frame, item);
  if (value.kind !== "poison")
    report(elaboration, frame, "wrong_type", item.span, {
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

/** `"layers.{0..half}.**"`: params become their values, and a range of one number that number; `{task}` stays for the stage to fill. */
function interpolate(elaboration: Elaboration, frame: Frame, text: string, at: Expression): string | undefined {
  let sound = true;
  const valueOf = (name: string): string => {
    if (/^-?\d+$/u.test(name)) return String(Number(name));
    const value = evaluate(elaboration, frame, { kind: "Name", span: at.span, name });
    if (value.kind === "number" || value.kind === "string") return String(value.value);
    sound = false;
    return "";
  };
  const replaced = text.replaceAll(/\{([^{}]*)\}/gu, (whole, inside: string) => {
    if (inside === "task") return whole;
    const range = /^\s*([\w]+)\s*\.\.\s*([\w]+)\s*$/u.exec(inside);
    if (range) {
      const [from, to] = [valueOf(range[1] ?? ""), valueOf(range[2] ?? "")];
      return from === to ? from : `{${from}..${to}}`;
    }
    return inside.includes(",") ? whole : valueOf(inside.trim());
  });
  return sound ? replaced : undefined;
}
