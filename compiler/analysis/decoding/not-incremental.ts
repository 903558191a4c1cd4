import type { Node } from "../../graph/graph.ts";

/** Is thrown within the derivation of the graph of the next token, where a node cannot be computed token by token. */
export class NotIncremental extends Error {
  constructor(node: Pick<Node, "op" | "origin"> | undefined, reason: string) {
    const path = node?.origin?.path;
    super(node ? `${path ? `${path}: ` : ""}\`${node.op}\` ${reason}` : reason);
  }
}
