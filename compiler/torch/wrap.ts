/** The width of a line of Python, which the `pyproject.toml` beside the module names. */
export const lineWidth = 120;

/** A statement with its indentation, in the lines that `black` makes of it. */
export function wrapped(written: string, indent: number): readonly string[] {
  const statement = withSpacedSlices(written);
  const whole = " ".repeat(indent) + statement;
  if (whole.length <= lineWidth) return [whole];
  const returned = statement.startsWith("return ") ? splitAt(statement.slice(7), ", ") : [];
  if (returned.length > 1) return listed("return (", returned, ")", indent);
  const unpacked = /^([\w, ]+) = (\w+)$/.exec(statement);
  if (unpacked) return listed("(", splitAt(unpacked[1] ?? "", ", "), `) = ${unpacked[2]}`, indent);
  const chain = chainOf(statement);
  if (chain && indent + 4 + chain.right.length <= lineWidth)
    return [`${" ".repeat(indent)}${chain.left}(`, `${" ".repeat(indent + 4)}${chain.right}`, `${" ".repeat(indent)})`];
  const bracket = isDefinition(statement) ? firstBracket(statement) : lastBracket(statement);
  if (!bracket) return [whole];
  const [head, inner, tail] = [
    statement.slice(0, bracket.open + 1),
    statement.slice(bracket.open + 1, bracket.close),
    statement.slice(bracket.close),
  ];
  // A list has a line for each of its items; arguments have one line, if that holds them.
  const isList = !/[\w)\]]$/.test(head.slice(0, -1));
  const fits = indent + 4 + inner.length <= lineWidth && !isList;
  const parts = splitAt(inner, ", ");
  if (parts.length > 1 && !fits) return listed(head, parts, tail, indent);
  return [" ".repeat(indent) + head, ...wrapped(inner, indent + 4), " ".repeat(indent) + tail];
}

/** Items with a line each, and a comma behind each. */
function listed(head: string, items: readonly string[], tail: string, indent: number): readonly string[] {
  const lines = items.flatMap((item) => wrapped(`${item},`, indent + 4));
  return [" ".repeat(indent) + head, ...lines, " ".repeat(indent) + tail];
}

/** The sides of a statement whose right side is a chain of several method calls, which is put into brackets as a whole. */
function chainOf(statement: string): { readonly left: string; readonly right: string } | undefined {
  const head = /^(return |[\w.", [\]]+ = )/.exec(statement)?.[0];
  if (head === undefined || isDefinition(statement)) return undefined;
  const right = statement.slice(head.length);
  let depth = 0;
  let calls = 0;
  for (let index = 0; index < right.length; index++) {
    if ("([{".includes(right[index] ?? " ")) depth++;
    else if (")]}".includes(right[index] ?? " ")) depth--;
    else if (depth === 0 && /^\.\w+\(/.test(right.slice(index)) && !/^(self|torch|F|nn)$/.test(right.slice(0, index)))
      calls++;
  }
  return calls > 1 ? { left: head, right } : undefined;
}

function isDefinition(statement: string): boolean {
  return statement.startsWith("def ");
}

/** Colons of slices between expressions have spaces around them, and those between numbers and names have none. */
function withSpacedSlices(statement: string): string {
  return statement.replaceAll(/(?<=[\w)\]])\[([^\][]*:[^\][]*)\]/g, (_, inner: string) => {
    const parts = inner.split(", ").map((part) => {
      const [start, end] = part.split(":").map((side) => side.trim());
      return end === undefined || !/[.+*/(]/.test(part) ? part : `${start}${start ? " " : ""}:${end ? " " : ""}${end}`;
    });
    return `[${parts.join(", ")}]`;
  });
}

interface Bracket {
  readonly open: number;
  readonly close: number;
}

/** The parameters of a function. */
function firstBracket(statement: string): Bracket | undefined {
  const open = statement.indexOf("(");
  let depth = 0;
  for (let index = open; index < statement.length; index++) {
    if ("([{".includes(statement[index] ?? " ")) depth++;
    if (")]}".includes(statement[index] ?? " ")) depth--;
    if (depth === 0) return { open, close: index };
  }
  return undefined;
}

/** The last outermost pair of brackets of a statement, if it ends with it but for a few characters. */
function lastBracket(statement: string): Bracket | undefined {
  let [depth, open] = [0, -1];
  let found: Bracket | undefined;
  for (let index = 0; index < statement.length; index++) {
    const character = statement[index] ?? " ";
    if ("([{".includes(character)) {
      if (depth === 0) open = index;
      depth++;
    } else if (")]}".includes(character)) {
      depth--;
      if (depth === 0 && index > open + 1) found = { open, close: index };
    }
  }
  return found;
}

/** The parts of a text between a separator that is outside of every bracket and string. */
function splitAt(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (character === '"') quoted = !quoted;
    if (quoted) continue;
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (depth === 0 && text.startsWith(separator, index)) {
      parts.push(text.slice(start, index));
      start = index + separator.length;
    }
  }
  return [...parts, text.slice(start)];
}
