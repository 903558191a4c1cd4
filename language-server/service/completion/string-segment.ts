import type { CompletionRequest } from "./request.ts";

/** The part of a string that a position is in. */
export interface Segment {
  /** The parts before it. */
  readonly before: readonly string[];
  readonly at: { readonly start: number; readonly end: number };
}

/** The segment of a string at the position, where the string is divided by a separator. */
export function segmentAt(
  { string, analysis: { text } }: CompletionRequest,
  separator: "." | "/",
): Segment | undefined {
  if (!string) return undefined;
  const before = string.before.split(separator);
  const start = string.start + string.before.length - (before.at(-1)?.length ?? 0);
  const [rest = ""] = text.slice(start, string.end).split(separator);
  return { before: before.slice(0, -1), at: { start, end: start + rest.length } };
}
