import type { Node as SyntaxNode, Span } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import type { Reach } from "./reach.ts";

/** Relates declarations of an earlier compilation to those of a later one with the same texts, which may be at other offsets or in other files. */
export interface Move {
  readonly declaration: (before: SymbolDeclaration) => SymbolDeclaration;
  readonly span: (before: Span) => Span;
  /** The node of the earlier compilation; `undefined` for a node of a declaration that is not reached. */
  readonly nodeBefore: (after: SyntaxNode) => SyntaxNode | undefined;
}

/** The move between two reaches with the same texts. */
export function moveOf(before: Reach, after: Reach): Move {
  const pairs = before.map(({ declaration }, index) => ({
    before: declaration,
    after: after[index]?.declaration ?? declaration,
  }));
  const later = new Map(pairs.map((pair) => [pair.before, pair.after]));
  return {
    declaration: (declaration) => later.get(declaration) ?? declaration,
    span(span) {
      const pair = pairs.find((candidate) => holds(candidate.before, span));
      if (!pair) return span;
      const { file, start } = pair.after.span;
      const distance = start - pair.before.span.start;
      return { file, start: span.start + distance, end: span.end + distance };
    },
    nodeBefore(node) {
      const pair = pairs.find((candidate) => holds(candidate.after, node.span));
      const index = pair && nodesOf(pair.after).indices.get(node);
      return pair && index !== undefined ? nodesOf(pair.before).nodes[index] : undefined;
    },
  };
}

function holds({ span: { file, start, end } }: SymbolDeclaration, span: Span): boolean {
  return file === span.file && start <= span.start && span.end <= end;
}

/** The nodes of a declaration, parents first. */
interface Nodes {
  readonly nodes: readonly SyntaxNode[];
  readonly indices: ReadonlyMap<SyntaxNode, number>;
}

const known = new WeakMap<SymbolDeclaration, Nodes>();

/** Equal texts have equal trees, so a node has the same index in both. */
function nodesOf(declaration: SymbolDeclaration): Nodes {
  const made = known.get(declaration);
  if (made) return made;
  const nodes: SyntaxNode[] = [];
  // Pipelines may be longer than calls can be nested.
  const open: SyntaxNode[] = [declaration];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    open.push(...childrenOf(node).toReversed());
  }
  const result = { nodes, indices: new Map(nodes.map((node, index) => [node, index])) };
  known.set(declaration, result);
  return result;
}
