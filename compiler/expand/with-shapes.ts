import type { Expression, Node, PipeExpression } from "../../grammar/ast.ts";
import { visit } from "../../grammar/children.ts";
import { type Replacement, editedText } from "../edited-text.ts";
import type { LearntNotes } from "../elaborate/notes.ts";

/** Separates a line from its shapes until they are aligned. */
const mark = "\u{1}";

/**
 * The text of a specification with each step of a pipeline on a line of its own, followed by the shape of its result as
 * a comment. Only line breaks, spaces and comments are added, so that its meaning stays the same. Pipelines of layers,
 * which have no shape until they are applied, are left unchanged.
 */
export function withShapes(text: string, tree: Node, notes: LearntNotes): string {
  const edits: Replacement[] = [];
  visit(tree, (node, parent) => {
    if (node.kind === "Pipe" && !(parent?.kind === "Pipe" && parent.left === node))
      edits.push(...editsOfPipeline(text, node, notes));
  });
  return aligned(editedText(text, edits));
}

function editsOfPipeline(text: string, pipeline: PipeExpression, notes: LearntNotes): readonly Replacement[] {
  const steps: PipeExpression[] = [];
  let first: Expression = pipeline;
  for (; first.kind === "Pipe"; first = first.left) steps.unshift(first);
  if (![first, ...steps].some((step) => notes.shapesOf(step).length > 0)) return [];
  const line = text.slice(text.lastIndexOf("\n", pipeline.span.start - 1) + 1, pipeline.span.start);
  const indent = `\n${/^\s*/.exec(line)?.[0] ?? ""}  `;
  const arrows = steps.flatMap((step) => {
    const [start, end] = [step.left.span.end, step.right.span.start];
    // Parentheses around a side are no part of its span.
    const [, before, after] = /^([^-/]*?)\s*->\s*([^/]*)$/s.exec(text.slice(start, end)) ?? [];
    if (before === undefined || after === undefined) return [];
    return [{ start, end, text: `${before}${shown(step.left, notes)}${indent}-> ${after}` }];
  });
  return [...arrows, editOfEnd(text, pipeline, { notes, indent })];
}

/** Adds the shape of the whole pipeline at the end of its line. The rest of the line is moved to the next one. */
function editOfEnd(
  text: string,
  pipeline: PipeExpression,
  { notes, indent }: { readonly notes: LearntNotes; readonly indent: string },
): Replacement {
  const { span } = pipeline;
  const shape = shown(pipeline, notes);
  const [, comma = "", space = "", rest = ""] = /^([ \t]*,)?([ \t]*)([^\n]*)/.exec(text.slice(span.end)) ?? [];
  const end = span.end + comma.length + space.length;
  const isLast = rest === "" || rest === "\r" || rest.startsWith("//");
  return { start: span.end, end, text: `${comma}${shape}${isLast ? (rest === "" ? "" : " ") : indent}` };
}

function shown(expression: Expression, notes: LearntNotes): string {
  const shapes = notes.shapesOf(expression);
  return shapes.length === 0 ? "" : `${mark}// ${shapes.join(" or ")}`;
}

/** The comments of lines that follow each other begin in one column. */
function aligned(text: string): string {
  const lines = text.split("\n").map((line) => line.split(mark));
  let width = 0;
  return lines
    .map(([code = "", comment], index) => {
      if (comment === undefined) return code;
      if (lines[index - 1]?.[1] === undefined) width = widthFrom(lines, index);
      return `${code.padEnd(width)}  ${comment}`;
    })
    .join("\n");
}

function widthFrom(lines: readonly (readonly string[])[], from: number): number {
  const end = lines.findIndex((line, index) => index >= from && line[1] === undefined);
  return Math.max(...lines.slice(from, end < 0 ? lines.length : end).map(([code = ""]) => code.length));
}
