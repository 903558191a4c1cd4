import type { CodeActionSource } from "./code-action.ts";
import { inserted } from "./snippets.ts";

/** A comment of its own line becomes documentation of the declaration below it. */
export const commentToDocumentation: CodeActionSource = {
  name: "comment-to-documentation",
  kind: "refactor.rewrite",
  find({ analysis: { tree, text }, path, start }) {
    const comment = tree.comments.find(({ span }) => span.start <= start && start <= span.end);
    if (!comment || text.slice(text.lastIndexOf("\n", comment.span.start - 1) + 1, comment.span.start).trim() !== "")
      return [];
    return [{ title: "Make it documentation", edits: [inserted(path, comment.span.start + 2, "/")] }];
  },
};
