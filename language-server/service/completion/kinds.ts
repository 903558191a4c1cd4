import type { Expression, Node, SpecificationFile } from "../../../grammar/ast.ts";
import { calledName } from "../../../grammar/written-names.ts";
import { visit } from "../../../grammar/children.ts";
import type { LearntNotes } from "../../../compiler/elaborate/notes.ts";
import type { Definition } from "../../../compiler/resolve/definition.ts";
import { type StreamKind, parameterType } from "../../../compiler/resolve/parameter-type.ts";
import { modalityKinds } from "../../../compiler/schema/modality-kinds.ts";
import { nodesAt } from "../node-at.ts";
import { blockNamed } from "./callee.ts";
import type { CompletionRequest } from "./request.ts";

/** The kind of a stream; `undefined` if it is not known. */
export type KnownKind = StreamKind | undefined;

/** The largest expression that ends at an offset, where a step of a pipeline follows it. */
export function expressionBefore(tree: SpecificationFile, end: number): Expression | undefined {
  return nodesAt(tree, end).find(
    (node): node is Expression => node.span.end === end && isExpression(node) && !endsInError(node),
  );
}

function isExpression(node: Node): boolean {
  return expressionKinds.has(node.kind);
}

const expressionKinds: ReadonlySet<Node["kind"]> = new Set<Node["kind"]>([
  "Name",
  "Pipe",
  "Call",
  "Member",
  "Binary",
  "If",
  "Repeat",
  "Tuple",
  "List",
  "Optional",
]);

function endsInError(node: Node): boolean {
  return (node.kind === "Pipe" && node.right.kind === "Error") || (node.kind === "If" && endsInError(node.alternative));
}

/** The kind of a stream as far as shapes that are already known or the text show it. Nothing is compiled for it. */
export function kindOf(request: CompletionRequest, expression: Expression): KnownKind {
  const shape = shapesKnown(request, expression)[0];
  const kind = shape === undefined ? undefined : /^\w+/u.exec(shape)?.[0];
  return (kind as KnownKind) ?? kindInText(request, expression, 12);
}

/** The shapes that the last compilations which knew shapes have for a node. They may be of an earlier text. */
export function shapesKnown(request: CompletionRequest, node: Node): readonly string[] {
  return known(request, node, (notes, same) => notes.shapesOf(same));
}

/** The names that may follow a value and a point, by the same compilations. */
export function partsKnown(request: CompletionRequest, node: Node): readonly string[] {
  return known(request, node, (notes, same) =>
    notes.valuesOf(same).flatMap((value) => {
      if (value.kind === "parts") return value.names;
      return value.kind === "stream" && value.stream === "tokens" ? [...value.positions, "first"] : [];
    }),
  );
}

function known(
  { workspace }: CompletionRequest,
  node: Node,
  read: (notes: LearntNotes, same: Node) => readonly string[],
): readonly string[] {
  const { file, start, end } = node.span;
  const text = workspace.textOf(file)?.slice(start, end);
  const found = workspace.withShapes(file).flatMap((compilation) => {
    const before = compilation.files.get(file);
    // The text before the position that is edited has kept its offsets.
    if (!before || before.text.slice(start, end) !== text) return [];
    const same = nodesAt(before.tree, end).find(
      ({ kind, span }) => kind === node.kind && span.start === start && span.end === end,
    );
    return same ? read(compilation.notes, same) : [];
  });
  return [...new Set(found)];
}

function kindInText(request: CompletionRequest, expression: Expression, depth: number): KnownKind {
  if (depth === 0) return undefined;
  const below = (inner: Expression): KnownKind => kindInText(request, inner, depth - 1);
  switch (expression.kind) {
    case "Name":
      return kindOfDefinition(request, request.analysis.references.nameOf(expression).bound, depth);
    case "Pipe":
      return resultKind(request, expression.right, () => below(expression.left));
    case "Call":
      return resultKind(request, expression, () => {
        const first = expression.arguments.find(({ name }) => !name)?.value;
        return first && below(first);
      });
    case "Binary":
      return below(expression.left);
    case "If":
      return below(expression.consequence);
    case "Optional":
      return below(expression.operand);
    case "Member":
      return below(expression.object) === "tokens" ? "vector" : "tokens";
    default:
      return undefined;
  }
}

/** The kind of a block's result; a block that gives any stream gives one of the kind that it takes. */
function resultKind(request: CompletionRequest, call: Expression, input: () => KnownKind): KnownKind {
  const name = calledName(call);
  const block = name === undefined ? undefined : blockNamed(name, request.names);
  const result = block?.result && parameterType(block.result);
  if (result?.kind !== "stream") return undefined;
  return result.of === "stream" ? input() : result.of;
}

function kindOfDefinition(request: CompletionRequest, definition: Definition | undefined, depth: number): KnownKind {
  if (definition?.kind === "parameter") {
    const type = parameterType(definition.parameter.type);
    return type?.kind === "stream" && type.of !== "stream" ? type.of : undefined;
  }
  if (definition?.kind === "local")
    return "value" in definition.statement &&
      definition.statement.kind === "Let" &&
      definition.statement.names.length === 1
      ? kindInText(request, definition.statement.value, depth - 1)
      : undefined;
  if (definition?.kind !== "declaration") return undefined;
  const { declaration } = definition;
  if (declaration.kind === "Modality") return modalityKinds[calledName(declaration.value) ?? ""];
  return declaration.kind === "Stream" ? kindInText(request, declaration.value, depth - 1) : undefined;
}

/** The names of positions that a text marks on the way to a value: `cls` behind `with_cls` or `mark("cls", 0)`. */
export function marksIn(node: Node): readonly string[] {
  const marks: string[] = [];
  visit(node, (inner) => {
    if (inner.kind === "Name" && inner.name === "with_cls") marks.push("cls");
    const [first] = inner.kind === "Call" && calledName(inner) === "mark" ? inner.arguments : [];
    if (first?.value.kind === "String") marks.push(first.value.value);
  });
  return marks;
}
