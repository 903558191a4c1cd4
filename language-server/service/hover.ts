import type { Expression, Node, PipeExpression, Span } from "../../grammar/ast.ts";
import { heads } from "../../grammar/tokens.ts";
import type { LearntStream } from "../../compiler/elaborate/notes.ts";
import type { Definition } from "../../compiler/resolve/definition.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { printExpressionText } from "../../compiler/formatter/print.ts";
import { code, explainDefinition } from "./explain-definition.ts";
import { type Facts, factsOf } from "./facts.ts";
import { namedShapes } from "./named-sizes.ts";
import { nodesAt } from "./node-at.ts";
import { topicAsMarkdown, topicOfHead } from "./schema-topics.ts";
import { resolvedDeclaration } from "./resolved-declaration.ts";
import type { Workspace } from "./workspace.ts";

/** Markdown about the expression or the name at an offset. */
export interface Hover {
  readonly at: Span;
  readonly markdown: string;
}

/** Explains the name, the expression or the diagnostic at an offset, as far as the compiler knows without counting costs. */
export function hoverAt(workspace: Workspace, path: string, offset: number): Hover | undefined {
  const facts = factsOf(workspace, path);
  if (!facts || isInComment(facts, offset)) return undefined;
  const nodes = nodesAt(facts.tree, offset).toReversed();
  const found =
    aboutHead(facts, nodes, offset) ??
    aboutName(workspace, facts, nodes, offset) ??
    aboutExpression(workspace, facts, nodes);
  const explanations = explanationsAt(workspace, facts, offset);
  const at = found?.at ?? explanations[0]?.at;
  const paragraphs = [...(found?.paragraphs ?? []), ...explanations.map(({ text }) => text)];
  return at && paragraphs.length > 0 ? { at, markdown: paragraphs.join("\n\n") } : undefined;
}

interface Found {
  readonly at: Span;
  readonly paragraphs: readonly string[];
}

function isInComment({ tree, text }: Facts, offset: number): boolean {
  return (
    tree.comments.some(({ span }) => span.start <= offset && offset < span.end) ||
    /^\s*\/\/\//u.test(lineAt(text, offset))
  );
}

function lineAt(text: string, offset: number): string {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset + 1);
}

/** The word that begins a declaration or a statement. */
function aboutHead({ text, path }: Facts, nodes: readonly Node[], offset: number): Found | undefined {
  const node = nodes.find(({ kind }) => Object.hasOwn(heads, headOf(kind)));
  if (!node) return undefined;
  const head = headOf(node.kind);
  const { start } = node.span;
  const end = start + head.length;
  const topic = offset <= end && text.startsWith(head, start) ? topicOfHead(head) : undefined;
  return topic && { at: { file: path, start, end }, paragraphs: [topicAsMarkdown(topic.text)] };
}

function headOf(kind: Node["kind"]): string {
  return kind.replace("Statement", "").toLowerCase();
}

/** A name: its definition, and the value that the expression has in which it is named. */
function aboutName(workspace: Workspace, facts: Facts, nodes: readonly Node[], offset: number): Found | undefined {
  const reference = facts.references.at(facts.path, offset);
  if (!reference) return undefined;
  const { definition } = reference;
  const meaning = explainDefinition(workspace, facts, definition);
  const isParam = definition.kind === "declaration" && definition.declaration.kind === "Param";
  const value = isParam ? [] : aboutValue(facts, nodes, definition);
  const paragraphs = [...value, ...resolvedOption(facts, nodes, definition), ...meaning];
  return paragraphs.length > 0 ? { at: reference.at, paragraphs } : undefined;
}

/** The value of an option of the declaration around it, with all that it has by default. */
function resolvedOption(facts: Facts, nodes: readonly Node[], definition: Definition): readonly string[] {
  const declaration = nodes.find((node) => node.kind === "Task" || node.kind === "Dataset" || node.kind === "Stage");
  if (definition.kind !== "option" || definition.of !== declaration?.kind.toLowerCase()) return [];
  const entry = resolvedDeclaration(facts, declaration)?.options.find((each) => keyOf(each) === definition.name);
  return entry ? [code(`${definition.name}: ${printExpressionText(entry.value)}`)] : [];
}

function aboutValue(facts: Facts, nodes: readonly Node[], definition: Definition): readonly string[] {
  const [node, parent, grandparent] = nodes;
  if (!node) return [];
  // The value of a declaration is shown at its name.
  if (node.kind === "Identifier" && parent && "value" in parent && "name" in parent && parent.name === node)
    return definition.kind === "option" ? [] : describeValues(facts, parent.value);
  const call = parent?.kind === "Call" && parent.callee === node ? parent : undefined;
  const around = call ? grandparent : parent;
  const step = around?.kind === "Pipe" && around.right === (call ?? node) ? around : undefined;
  if (step) return describeStep(facts, step);
  return describeValues(facts, call ?? node);
}

/** `tokens[12 × 8] → tokens[12 × width=64]`. */
function describeStep(facts: Facts, step: PipeExpression): readonly string[] {
  const [before, after] = [namedShapes(facts, step.left), namedShapes(facts, step)];
  if (before.length === 0 || after.length === 0) return describeValues(facts, step);
  return [`\`${before.join(" or ")} → ${after.join(" or ")}\``, ...factsAbout(facts.streamsOf(step))];
}

/** The innermost expression with a value. */
function aboutExpression(workspace: Workspace, facts: Facts, nodes: readonly Node[]): Found | undefined {
  for (const node of nodes) {
    if (node.kind === "Pipe") {
      const paragraphs = describeStep(facts, node);
      if (paragraphs.length > 0) return { at: node.span, paragraphs };
    }
    const purpose = isLiteral(node) ? facts.references.purposeOf(node) : undefined;
    const paragraphs = purpose ? explainDefinition(workspace, facts, purpose) : describeValues(facts, node);
    if (paragraphs.length > 0) return { at: node.span, paragraphs };
  }
  return undefined;
}

function isLiteral(
  node: Node,
): node is Extract<Expression, { readonly kind: "Number" | "String" | "Boolean" | "None" }> {
  return ["Number", "String", "Boolean", "None"].includes(node.kind);
}

/** The values of an expression; it has several in a block that is used in different ways. */
function describeValues(facts: Facts, node: Node): readonly string[] {
  const values = facts.valuesOf(node);
  const plain = values.flatMap((value) => (value.kind === "plain" ? [`= ${JSON.stringify(value.value)}`] : []));
  const shown = [...namedShapes(facts, node), ...plain];
  return [
    ...(shown.length > 0 ? [`\`${shown.join("` or `")}\``] : []),
    ...factsAbout(facts.streamsOf(node)),
    ...(values.some(({ kind }) => kind === "absent") ? ["Tasks that do not use its modality do not have it."] : []),
  ];
}

function factsAbout(streams: readonly LearntStream[]): readonly string[] {
  const positions = new Set(streams.flatMap((stream) => stream.positions));
  const vocabularies = new Set(streams.flatMap(({ vocabulary }) => vocabulary ?? []));
  const found = [
    ...(streams.some(({ isMasked }) => isMasked) ? ["Masked: some of its elements may be padding or hidden."] : []),
    ...(streams.some(({ mayBeMissing }) => mayBeMissing)
      ? ["A row may lack it, because its modality is optional."]
      : []),
    ...(positions.size > 0 ? [`Named positions: ${[...positions].map((name) => `\`${name}\``).join(", ")}.`] : []),
    ...(vocabularies.size > 0 ? [`Its vocabulary has ${[...vocabularies].join(" or ")} entries.`] : []),
  ];
  return found.length > 0 ? [found.join(" ")] : [];
}

/** Explanations of the diagnostics at an offset. */
function explanationsAt(
  workspace: Workspace,
  { compilation, path }: Facts,
  offset: number,
): readonly { readonly at: Span; readonly text: string }[] {
  const here = compilation.diagnostics.filter(({ at }) => at.file === path && at.start <= offset && offset <= at.end);
  return [...new Map(here.map((diagnostic) => [diagnostic.code, diagnostic])).values()].flatMap(
    ({ code: known, at }) => {
      const text = workspace.explanationOf(known);
      return text === undefined ? [] : [{ at, text: `---\n\n**${known}** ${text}` }];
    },
  );
}
