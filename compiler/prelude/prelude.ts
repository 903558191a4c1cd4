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

/** The text of one block of the standard library, with the comment that documents it. */
export interface PreludeBlock {
  readonly name: string;
  readonly path: string;
  /** Offsets in the text of its file. */
  readonly start: number;
  readonly end: number;
}

/**
 * Every block of the standard library, in the order of the texts. No parser is needed to find them, because each of them
 * begins a line.
 */
export const preludeBlocks: readonly PreludeBlock[] = [...prelude].flatMap(([path, text]) => {
  const found = [...text.matchAll(/^(?:\/\/\/.*\n)*block (\w+)/gm)];
  return found.map(({ 1: name = "", index }, at) => ({
    name,
    path,
    start: index,
    end: found[at + 1]?.index ?? text.length,
  }));
});
