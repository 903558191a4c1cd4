/**
 * Expressions of widely used tokenizers that look ahead, or continue after an unbounded repetition. They are linear
 * nevertheless: where one alternative gives up, another one matches.
 */
const known: ReadonlySet<string> = new Set([
  // GPT-2, RoBERTa, BART
  String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  String.raw`(?:'s|'t|'re|'ve|'m|'ll|'d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  // GPT-4, Llama 3
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`,
  // Qwen
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
  // GPT-4o
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
]);

/** The number of ways to match at one position of a text. */
const mostWays = 1024;
const longest = 2000;
const deepest = 8;

/**
 * Tells if the form of a regular expression proves that its time is linear in the length of a text: an unbounded
 * repetition is only at the end of an alternative, so that a match never fails after it; there are no back references;
 * and optional or counted parts multiply to few ways. All other expressions may take exponential time on some text.
 */
export function isBoundedExpression(source: string): boolean {
  if (known.has(source)) return true;
  if (source.length > longest) return false;
  const reader = { source, at: 0 };
  const shape = readAlternatives(reader, 0);
  return shape !== undefined && reader.at === source.length && shape.ways <= mostWays;
}

interface Reader {
  readonly source: string;
  at: number;
}

interface Shape {
  readonly ways: number;
  readonly isOpen: boolean;
}

const once: Shape = { ways: 1, isOpen: false };

/** Reads alternatives up to a closing bracket or the end. Returns `undefined` if their form proves no bound. */
function readAlternatives(reader: Reader, depth: number): Shape | undefined {
  let [ways, isOpen] = [0, false];
  for (;;) {
    const one = readSequence(reader, depth);
    if (!one) return undefined;
    [ways, isOpen] = [ways + one.ways, isOpen || one.isOpen];
    if (reader.source[reader.at] !== "|") return { ways, isOpen };
    reader.at++;
  }
}

function readSequence(reader: Reader, depth: number): Shape | undefined {
  let whole = once;
  while (reader.at < reader.source.length && !"|)".includes(reader.source[reader.at] ?? "")) {
    if (whole.isOpen) return undefined;
    const item = readItem(reader, depth);
    if (!item) return undefined;
    whole = { ways: whole.ways * item.ways, isOpen: item.isOpen };
  }
  return whole;
}

function readItem(reader: Reader, depth: number): Shape | undefined {
  const isGroup = reader.source[reader.at] === "(";
  const item = isGroup ? readGroup(reader, depth) : readCharacter(reader) ? once : undefined;
  if (!item) return undefined;
  const count = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(reader.source.slice(reader.at, reader.at + 24));
  if (!count) return item;
  reader.at += count[0].length;
  // Lazy and possessive repetitions are not supported.
  if (/[?+*]/.test(reader.source[reader.at] ?? "")) return undefined;
  if (count[0] === "?") return { ways: item.ways + 1, isOpen: item.isOpen };
  if (isGroup) return undefined;
  const [least, most] = [
    Number(count[1] ?? 0),
    count[2] === "" ? Number(count[1]) : count[3] ? Number(count[3]) : Infinity,
  ];
  return most === Infinity || most > mostWays ? { ways: 1, isOpen: true } : { ways: most - least + 1, isOpen: false };
}

function readGroup(reader: Reader, depth: number): Shape | undefined {
  const opening = /^\((?:\?(?::|i:|!|=|<!|<=))?/.exec(reader.source.slice(reader.at, reader.at + 4))?.[0] ?? "(";
  reader.at += opening.length;
  if (depth === deepest || reader.source[reader.at] === "?") return undefined;
  const inner = readAlternatives(reader, depth + 1);
  if (!inner || reader.source[reader.at] !== ")") return undefined;
  reader.at++;
  const looks = /[!=]$/.test(opening);
  return looks && inner.isOpen ? undefined : inner;
}

/** Reads a character, an escape, or a class. */
function readCharacter(reader: Reader): boolean {
  const { source } = reader;
  const character = source[reader.at] ?? "";
  if (character === "[") return readClass(reader);
  if ("*+?{".includes(character)) return false;
  if (character !== "\\") {
    reader.at += String.fromCodePoint(source.codePointAt(reader.at) ?? 0).length;
    return true;
  }
  const escape = /^\\(?:[pP]\{\^?[\w=]+\}|x\{[0-9a-fA-F]+\}|u\{?[0-9a-fA-F]{1,6}\}?|x[0-9a-fA-F]{2}|[^1-9kgRX])/u.exec(
    source.slice(reader.at, reader.at + 48),
  )?.[0];
  reader.at += escape?.length ?? 0;
  return escape !== undefined;
}

function readClass(reader: Reader): boolean {
  let open = 0;
  do {
    const character = reader.source[reader.at];
    if (character === undefined) return false;
    if (character === "\\") reader.at++;
    else if (character === "[") open++;
    else if (character === "]") open--;
    reader.at++;
  } while (open > 0);
  return true;
}
