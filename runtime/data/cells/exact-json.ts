const wholeNumber = /^-?[1-9]\d*$/;
const longNumber = /-?\d[\d.eE+-]{15,}/g;

/**
 * Parses JSON like `JSON.parse`, except that an integer with more digits than a double can keep becomes the text of its
 * digits. So two large ids, classes or groups stay different; where a number is needed, `cellNumber` parses the text.
 * Throws `SyntaxError`.
 */
export function exactJson(text: string): unknown {
  const value = JSON.parse(text) as unknown;
  return hasLargeNumber(value) ? (JSON.parse(quotedNumbers(text)) as unknown) : value;
}

/**
 * Tells if a value contains a number beyond the safe integers. It does not recurse, because values may be nested
 * deeply.
 */
function hasLargeNumber(value: unknown): boolean {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (isLarge(part)) return true;
    if (typeof part !== "object" || part === null) continue;
    for (const inner of Array.isArray(part) ? (part as readonly unknown[]) : Object.values(part)) {
      if (isLarge(inner)) return true;
      if (typeof inner === "object" && inner !== null) waiting.push(inner);
    }
  }
  return false;
}

function isLarge(value: unknown): boolean {
  return typeof value === "number" && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER);
}

/** The text with quotes around all such numbers, except those inside a string. */
function quotedNumbers(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const start = quote < 0 ? text.length : quote;
    const end = quote < 0 ? text.length : endOfString(text, quote);
    parts.push(
      text
        .slice(at, start)
        .replace(longNumber, (number) => (wholeNumber.test(number) && !keepsDigits(number) ? `"${number}"` : number)),
      text.slice(start, end),
    );
    at = end;
  }
  return parts.join("");
}

/** The index after the quote that closes the string opened by the quote at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Tells if a double, written as text again, has all the digits of a decimal number. */
export function keepsDigits(number: string): boolean {
  const value = Number(number);
  // Larger doubles are written with an exponent.
  if (wholeNumber.test(number) && Math.abs(value) >= 1e21) return false;
  return String(value) === number || digitsOf(String(value)) === digitsOf(number);
}

function digitsOf(number: string): string {
  const [mantissa = ""] = number.toLowerCase().replace(/^-/, "").split("e");
  const digits = mantissa.replace(".", "").replace(/^0+/, "");
  return digits.replace(/0+$/, "");
}
