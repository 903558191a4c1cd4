/** Half-open range of offsets in a text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A part of a text, and what replaces it. */
export interface Replacement extends Range {
  readonly text: string;
}

/** The text after replacements, in any order; of those that overlap, the first in the text. Those that insert at one offset keep their order. */
export function editedText(text: string, replacements: readonly Replacement[]): string {
  let [result, end] = ["", 0];
  for (const each of inOrder(replacements)) {
    result += text.slice(end, each.start) + each.text;
    ({ end } = each);
  }
  return result + text.slice(end);
}

/** Ranges in the order of the text, without those that begin within an earlier one. */
export function inOrder<Part extends Range>(parts: readonly Part[]): readonly Part[] {
  let end = 0;
  return parts
    .toSorted((one, other) => one.start - other.start || one.end - other.end)
    .filter((part) => {
      if (part.start < end) return false;
      ({ end } = part);
      return true;
    });
}
