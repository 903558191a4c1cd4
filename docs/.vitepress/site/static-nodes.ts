/** A call that makes static nodes of a text, as Vue's compiler writes it. */
const staticNodes = /createStaticVNode\((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'), \d+\)/gu;

/**
 * Puts each call that makes static nodes on a line of its own. VitePress finds them by a pattern that assumes this, while its bundler writes them on one line, so that it would cut out what is
 * between two of them: pictures, and links to the playground.
 */
export const staticNodesOnLines = {
  name: "mtl-static-nodes-on-lines",
  enforce: "pre",
  renderChunk: (code: string): string => code.replaceAll(staticNodes, "\n$&\n"),
} as const;
