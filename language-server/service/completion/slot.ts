import type { Frame, Part } from "../../../grammar/surroundings.ts";
import { enter } from "./enter.ts";
import type { Callee, Expected } from "./expected.ts";
import { type SlotContext, expectedIn } from "./expected-in.ts";
import { type Inside, type Items, type Keyed, beginsRepeat, itemsIn, statementWords } from "./inside.ts";

export type Continuation = "then" | "else" | "as" | "from" | "from file" | "except";

/** The possible continuations at a position. */
export interface Slot {
  /** A declaration, a statement of a block or an imported name may begin here. */
  readonly begins?: "declaration" | "statement" | "imported name";
  /** The call, declaration or map of which a name may be given here. */
  readonly names?: Keyed;
  /** Defined if an operand may be written. */
  readonly value?: Expected;
  /** The operand is a step of a pipeline: the parts before the arrow. */
  readonly step?: readonly Part[];
  /** The words that may come next: of a conditional, of the head of a `repeat`, after a pattern and after the names of an import. */
  readonly continues?: readonly Continuation[];
  /** A part is selected: the parts of the value before the point. */
  readonly part?: readonly Part[];
}

/** A call around a position. */
export interface OpenCall {
  readonly callee: Callee;
  readonly items: Items;
}

/** The meaning of a position, and the calls around it, the innermost one last. */
export function slotAt(
  frames: readonly Frame[],
  context: SlotContext,
): { readonly slot: Slot; readonly calls: readonly OpenCall[] } {
  let inside: Inside = { kind: "declarations" };
  const calls: OpenCall[] = [];
  for (const [index, frame] of frames.entries()) {
    const outer = frames[index - 1];
    if (outer) inside = enter(inside, outer.before, frame, context);
    if ((inside.kind === "call" || inside.kind === "entries") && inside.callee)
      calls.push({ callee: inside.callee, items: itemsIn(inside, frame.before) });
  }
  return { slot: slotIn(inside, itemsIn(inside, frames.at(-1)?.before ?? []), context), calls };
}

function slotIn(inside: Inside, items: Items, context: SlotContext): Slot {
  const item = items.at(-1) ?? [];
  const last = item.at(-1);
  if (last?.type === "Dot") return { part: operandOf(item.slice(0, -1)) };
  if (last?.demandsOperand) return operandIn(inside, items, context);
  const continues = continuationOf(item);
  if (continues.length > 0 || beginsRepeat(item)) return { continues };
  return last === undefined ? slotOfNewItem(inside, items, context) : slotAfter(inside, item, context);
}

/** The slot at the beginning of an item. */
function slotOfNewItem(inside: Inside, items: Items, context: SlotContext): Slot {
  switch (inside.kind) {
    case "declarations":
      return { begins: "declaration" };
    case "statements":
      // Only the last statement of a `repeat` may be an expression.
      return { begins: "statement", ...(inside.of === "repeat" ? operandIn(inside, [[]], context) : {}) };
    case "imports":
      return { begins: "imported name" };
    case "elements":
      return operandIn(inside, items, context);
    case "entries":
      return inside.keyed ? { names: inside.keyed } : {};
    case "call":
      return { ...operandIn(inside, items, context), ...(inside.keyed ? { names: inside.keyed } : {}) };
    default:
      return {};
  }
}

/** The slot behind an item that demands no operand: another one may begin, where no comma must be between them. */
function slotAfter(inside: Inside, item: readonly Part[], context: SlotContext): Slot {
  switch (inside.kind) {
    case "declarations":
      if (item[0]?.type === "ImportHead" && item.at(-1)?.type === "From") return operandIn(inside, [item], context);
      if (item[0]?.type === "ImportHead" && item.at(-1)?.text === "{") return { continues: ["from file"] };
      return endsDeclaration(item) ? { begins: "declaration" } : {};
    case "statements":
      return endsStatement(item) ? slotOfNewItem(inside, [[]], context) : {};
    case "entries": {
      const value = expectedIn(inside, [item], context);
      const isPattern = value?.kind === "option" && value.type.kind === "pattern" && item.length === 3;
      return { ...slotOfNewItem(inside, [[]], context), ...(isPattern ? { continues: ["except"] } : {}) };
    }
    default:
      return {};
  }
}

/** The operand that may be written at the end of the last item. */
function operandIn(inside: Inside, items: Items, context: SlotContext): Slot {
  const item = items.at(-1) ?? [];
  const value = expectedIn(inside, items, context);
  const isPipe = item.at(-1)?.type === "Arrow" && value?.kind === "layer" && item[0]?.type !== "AdaptHead";
  return { ...(value ? { value } : {}), ...(isPipe ? { step: item.slice(0, -1) } : {}) };
}

/** The words that continue a conditional or a `repeat` at the end of an item. */
function continuationOf(item: readonly Part[]): readonly Continuation[] {
  const count = (type: string): number => item.filter((part) => part.type === type).length;
  if (count("If") > count("Then")) return ["then"];
  if (count("Then") > count("Else")) return ["else"];
  if (!beginsRepeat(item) || item.at(-1)?.type === "As" || item.at(-1)?.type === "Repeat") return [];
  return (["as", "from"] as const).filter((word) => !item.some(({ text }) => text === word));
}

/** True if an item of the file may end here, so that another declaration may begin. */
function endsDeclaration(item: readonly Part[]): boolean {
  const last = item.at(-1);
  switch (item[0]?.type) {
    case "ModelHead":
      return item.length > 1;
    case "ImportHead":
      return last?.type === "StringLiteral";
    case "TaskHead":
    case "DatasetHead":
    case "StageHead":
    case "BlockHead":
      return last?.text === "{";
    case "ModalityHead":
    case "RenamedHead":
    case "AdaptHead":
      return item.length > 3;
    default:
      return item.some(({ type }) => type === "Equals");
  }
}

/** True if a statement may end here: it has the value that it must have. */
function endsStatement([first, ...rest]: readonly Part[]): boolean {
  switch (first?.type) {
    case "Return":
    case "Yield":
      return rest.length > 0;
    case "WeightHead":
    case "StateHead":
      return rest.length > 1;
    default:
      return first === undefined || !statementWords.has(first.type) || rest.some(({ type }) => type === "Equals");
  }
}

/** The parts of the innermost operand at the end of an item: of `a + met.seen`, `met.seen`. */
function operandOf(item: readonly Part[]): readonly Part[] {
  const start = item.findLastIndex(({ demandsOperand, type }) => demandsOperand && type !== "Dot");
  return item.slice(start + 1);
}
