import { texts } from "./texts.ts";

const scheme = "mtl:prelude/";

/** The standard library: path (`mtl:prelude/attention.mtl`) to text, in the order in which it is read. */
export const prelude: ReadonlyMap<string, string> = new Map(texts.map(([name, text]) => [`${scheme}${name}`, text]));

/**
 * True for a file of the standard library. Its paths are URIs with a scheme of their own, so that no file of a user has
 * such a path.
 */
export function isPrelude(path: string): boolean {
  return path.startsWith(scheme);
}
