import type { Frame, Part } from "../../../grammar/surroundings.ts";
import type { MapKeys, ValueType } from "../../../compiler/schema/types.ts";
import { calleeNamed } from "./callee.ts";
import { type Expected, elementOf, optionsOfDeclaration } from "./expected.ts";
import { type SlotContext, expectedIn } from "./expected-in.ts";
import { type Inside, type Items, type Keyed, beginsRepeat, itemsIn, namesGiven, wordOf } from "./inside.ts";

/** The meaning of a bracket within another one, of which `lead` are the parts before it. */
export function enter(inside: Inside, lead: readonly Part[], frame: Frame, context: SlotContext): Inside {
  const items = itemsIn(inside, lead);
  const item = items.at(-1) ?? [];
  const head = inside.kind === "declarations" ? item[0]?.type : undefined;
  switch (frame.opener) {
    case "(":
      return enterParenthesis(inside, items, frame, context);
    case "[":
      if (item.at(-1)?.type === "Of") return { kind: "nothing" };
      if (item.length === 2 && (item[0]?.type === "WeightHead" || item[0]?.type === "StateHead"))
        return { kind: "elements", expected: { kind: "number" } };
      return { kind: "elements", expected: elementOf(expectedIn(inside, items, context)) };
    default:
      return head === undefined
        ? enterBrace(inside, items, frame, context)
        : enterBody(head, inside, items, frame, context);
  }
}

function enterParenthesis(inside: Inside, items: Items, frame: Frame, context: SlotContext): Inside {
  const item = items.at(-1) ?? [];
  const [previous, before] = [item.at(-1), item.at(-2)];
  if (inside.kind === "declarations" && item[0]?.type === "BlockHead" && item.length === 2)
    return { kind: "parameters" };
  if (previous?.type === "Let") return { kind: "nothing" };
  if (previous?.type === "Repeat")
    return { kind: "call", callee: { kind: "repeat" }, keyed: keyed({ kind: "repeat" }, [], frame) };
  if (previous?.type === "From" && item.some(({ type }) => type === "Repeat")) return { kind: "bindings" };
  if (previous?.isName && before?.type !== "Dot") return callOf(inside, items, { given: [], frame }, context);
  return { kind: "elements", expected: expectedIn(inside, items, context) };
}

/** The braces of a declaration, or of a value in it. */
function enterBody(head: string, inside: Inside, items: Items, frame: Frame, context: SlotContext): Inside {
  if (head === "ImportHead") return { kind: "imports" };
  if (head === "BlockHead") return { kind: "statements", of: "block" };
  const of = wordOf(head);
  const options = optionsOfDeclaration(of);
  if (options) return { kind: "entries", keyed: keyed({ kind: "options", options, of }, [], frame) };
  return enterBrace(inside, items, frame, context);
}

function enterBrace(inside: Inside, items: Items, frame: Frame, context: SlotContext): Inside {
  const item = items.at(-1) ?? [];
  const previous = item.at(-1);
  if (beginsRepeat(item)) return { kind: "statements", of: "repeat" };
  if (previous?.text === "(" && item.at(-2)?.isName) {
    const before = [...items.slice(0, -1), item.slice(0, -1)];
    const { callee, keyed } = callOf(inside, before, { given: previous.inner ?? [], frame }, context);
    return { kind: "entries", callee, keyed };
  }
  const map = mapOf(expectedIn(inside, items, context));
  return { kind: "entries", keyed: map && keyed({ kind: "map", ...map }, [], frame) };
}

/** A call whose callee is the last part of an item. `given` are its arguments in parentheses, if the position is in its named body. */
function callOf(
  inside: Inside,
  items: Items,
  { given, frame }: { readonly given: readonly Part[]; readonly frame: Frame },
  context: SlotContext,
): Extract<Inside, { readonly kind: "call" }> {
  const item = items.at(-1) ?? [];
  const before = [...items.slice(0, -1), item.slice(0, -1)];
  const piped = item.at(-2)?.type === "Arrow" ? "yes" : "no";
  const callee = calleeNamed(item.at(-1)?.text ?? "", expectedIn(inside, before, context), context.names, piped);
  switch (callee?.kind) {
    case "member": {
      const { options } = callee.definition;
      const of = `${callee.family}.${callee.name}`;
      return { kind: "call", callee, keyed: keyed({ kind: "options", options, of }, given, frame) };
    }
    case "block": {
      const { parameters } = callee.block;
      return { kind: "call", callee, keyed: keyed({ kind: "parameters", parameters }, given, frame) };
    }
    default:
      return { kind: "call", callee, keyed: undefined };
  }
}

function keyed(of: Keyed["of"], inParentheses: readonly Part[], { before, after }: Frame): Keyed {
  return { of, given: new Set([inParentheses, before, after].flatMap(namesGiven)) };
}

function mapOf(
  expected: Expected | undefined,
): { readonly value: ValueType; readonly keys: MapKeys | undefined; readonly of: string } | undefined {
  if (expected?.kind !== "option") return undefined;
  const { type, of } = expected;
  const alternatives = type.kind === "either" ? type.types : [type];
  const map = alternatives.find((each) => each.kind === "map" || each.kind === "ordered_map");
  return map && { value: map.value, keys: map.keys, of };
}
