import type { Part } from "../../../grammar/surroundings.ts";
import { type CompletionItem, type Draft, textOfSnippet } from "./completion-item.ts";
import type { CompletionRequest } from "./request.ts";
import type { Slot } from "./slot.ts";

/** The way in which items are inserted at a position, which depends on what comes after it. */
export interface Insertion {
  readonly at: { readonly start: number; readonly end: number };
  /** The characters that must be between an item and what follows it. */
  readonly suffix: string;
  /** `name` if the value, the arguments or the rest of a declaration are there already. */
  readonly form: "whole" | "name";
  /** The items that may be before what follows. */
  readonly allowed: "all" | "keys" | "callables" | "keywords";
}

/** The parts after a position in its bracket, as far as an item must fit them. */
interface Following {
  readonly kind: "nothing" | "colon" | "label" | "arguments" | "operator" | "key" | "operand" | "other";
  readonly first: Part | undefined;
  readonly second: Part | undefined;
  /** True if the next token is on the same line and closes no block. */
  readonly isOnLine: boolean;
}

function followingOf({ surroundings, analysis: { text } }: CompletionRequest): Following {
  const { end, frames, next } = surroundings;
  const [first, second] = frames.at(-1)?.after ?? [];
  const isOnLine = next !== undefined && next.text !== "}" && !text.slice(end, next.start).includes("\n");
  return { kind: kindOfFollowing(first ?? next, second, end), first, second, isOnLine };
}

function kindOfFollowing(first: Part | undefined, second: Part | undefined, end: number): Following["kind"] {
  if (!first) return "nothing";
  if (first.type === "Colon") return "colon";
  if (first.type === "Equals") return "label";
  if (first.text === "(" && first.start === end) return "arguments";
  if (first.demandsOperand && /^[-+*/=<>!.]/u.test(first.text)) return "operator";
  if (!beginsOperand(first)) return "other";
  return second?.type === "Colon" ? "key" : "operand";
}

/** `undefined` if nothing can be inserted: an operand would be left over. */
export function insertionAt(request: CompletionRequest, offset: number): Insertion | undefined {
  const { surroundings, string } = request;
  const { start, end } = string ?? surroundings;
  const whole: Insertion = { at: { start, end }, suffix: "", form: "whole", allowed: "all" };
  if (string) return whole;
  return start < end ? replacement(request, whole) : insertion(request, whole, offset);
}

/** An item that replaces a word. */
function replacement(request: CompletionRequest, whole: Insertion): Insertion | undefined {
  const { slot, word, analysis } = request;
  const { kind, first, isOnLine } = followingOf(request);
  switch (kind) {
    case "colon":
      return { ...whole, form: "name", allowed: "keys" };
    case "label":
      return slot.begins ? beginning(request, whole) : undefined;
    case "arguments":
      return word === "repeat" || analysis.text.startsWith("repeat", whole.at.start)
        ? undefined
        : { ...whole, form: "name", allowed: "callables" };
    case "operator":
      return slot.value || slot.part ? whole : undefined;
    default:
      if (slot.begins) return beginning(request, whole);
      return kind === "operand" && isOnLine && first?.text !== "{" ? undefined : whole;
  }
}

/** A word that begins a declaration or a statement; its name and value may be there already. */
function beginning(request: CompletionRequest, whole: Insertion): Insertion {
  return request.slot.begins !== "imported name" && followingOf(request).isOnLine
    ? { ...whole, form: "name", allowed: "keywords" }
    : whole;
}

/** An item between words. Where there can be neither a comma nor an arrow before an operand, it replaces the word that it touches. */
function insertion(request: CompletionRequest, whole: Insertion, offset: number): Insertion | undefined {
  const { slot, surroundings } = request;
  const following = followingOf(request);
  const { kind, first, second, isOnLine } = following;
  if (slot.step && kind === "operand") return { ...whole, suffix: " -> " };
  if (isListed(request, following)) return { ...whole, suffix: first && beginsOperand(first) ? ", " : "" };
  const takesOperand = slot.value !== undefined || slot.part !== undefined;
  if (kind === "operator" && !takesOperand) return undefined;
  if (slot.begins) return { ...whole, suffix: isOnLine ? "\n" : "" };
  if (kind === "operand" && first && takesOperand && !isBody(slot.value, first))
    return touching(whole, offset, first, second);
  const { next } = surroundings;
  return { ...whole, suffix: next?.start === offset && /^[\w"]/u.test(next.text) ? " " : "" };
}

/** True for the brace of a block's body, which follows the type of its result. */
function isBody(value: Slot["value"], { text }: Part): boolean {
  return value?.kind === "type" && text === "{";
}

/** True if the item is one of several between brackets. */
function isListed({ slot, surroundings }: CompletionRequest, { second }: Following): boolean {
  const { frames, previous } = surroundings;
  const opener = frames.at(-1)?.opener;
  if (opener !== "(" && opener !== "[" && slot.begins !== "imported name") return false;
  const begins = previous === undefined || /^[([{,]/u.test(previous.text);
  return begins && (slot.value?.kind !== "type" || second?.type === "Colon");
}

/** Replaces the word that begins at the position. */
function touching(
  whole: Insertion,
  offset: number,
  { start, end, isName, type }: Part,
  second: Part | undefined,
): Insertion | undefined {
  const isWord = isName || type === "NumberLiteral";
  if (start !== offset || !isWord || second?.type === "In" || second?.type === "Of") return undefined;
  return { ...whole, at: { start, end }, form: second?.text === "(" ? "name" : "whole" };
}

const beginnings: ReadonlySet<string> = new Set([
  "NumberLiteral",
  "StringLiteral",
  "UnterminatedString",
  "SingleQuoted",
  "True",
  "False",
  "None",
  "If",
  "Not",
  "Optional",
  "Minus",
  "LeftParenthesis",
  "LeftBracket",
  "LeftBrace",
]);

function beginsOperand({ isName, type }: Part): boolean {
  return isName || beginnings.has(type);
}

export function isAllowed(draft: Draft, { allowed }: Insertion): boolean {
  switch (allowed) {
    case "all":
      return true;
    case "keys":
      return isKey(draft);
    case "callables":
      return !isKey(draft) && ["block", "layer", "member", "local"].includes(draft.kind);
    case "keywords":
      return draft.kind === "keyword";
  }
}

/** True for `name: value`. */
function isKey({ text = "" }: Draft): boolean {
  return text.endsWith(": ");
}

export function insertedAs(draft: Draft, { at, suffix, form }: Insertion): CompletionItem {
  const { snippet, ...rest } = draft;
  const text = draft.text ?? draft.label;
  const base = { ...rest, at: draft.at ?? at };
  if (form === "name") return { ...base, text: isKey(draft) ? text.slice(0, -2) : draft.label };
  if (suffix === "") return { ...base, text, ...(snippet ? { snippet } : {}) };
  // A key before something needs a value of its own, also for a client without snippets.
  const plain = snippet && isKey(draft) ? textOfSnippet(snippet) : text;
  return { ...base, text: `${plain}${suffix}`, ...(snippet ? { snippet: [...snippet, suffix] } : {}) };
}
