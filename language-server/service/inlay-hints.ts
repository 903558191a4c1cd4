import type { Declaration } from "../../grammar/ast.ts";
import { visit } from "../../grammar/children.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { printExpressionText } from "../../compiler/formatter/print.ts";
import { formatCount } from "../../compiler/analysis/cost/amounts.ts";
import { costOfPart } from "./costs.ts";
import { type Facts, factsOf } from "./facts.ts";
import { namedShapes } from "./named-sizes.ts";
import { resolvedDeclaration } from "./resolved-declaration.ts";
import { describeUsers, tasksThatReach, usersOf } from "./users.ts";
import type { Workspace } from "./workspace.ts";

/** The kinds of hints, each of which a user can switch off, and whether a user who says nothing has them. */
export const hintKinds = { shapes: true, defaults: false, parameters: true, sharing: true } as const;
export type HintKind = keyof typeof hintKinds;

/** A text that an editor shows within the text of a file. */
export interface InlayHint {
  readonly kind: HintKind;
  /** Offset of the character that it is shown before. */
  readonly at: number;
  readonly label: string;
  readonly tooltip?: string;
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** The hints of some kinds in a part of a file, in the order of the text. */
export function inlayHintsOf(
  workspace: Workspace,
  path: string,
  part: Part,
  kinds: ReadonlySet<HintKind>,
): readonly InlayHint[] {
  const facts = factsOf(workspace, path);
  if (!facts) return [];
  return (Object.keys(makers) as readonly HintKind[])
    .filter((kind) => kinds.has(kind))
    .flatMap((kind) => makers[kind](facts, workspace, part))
    .filter(({ at }) => part.start <= at && at <= part.end)
    .toSorted((one, other) => one.at - other.at);
}

const makers: {
  readonly [Kind in HintKind]: (facts: Facts, workspace: Workspace, part: Part) => readonly InlayHint[];
} = {
  shapes: shapeHints,
  defaults: defaultHints,
  parameters: parameterHints,
  sharing: sharingHints,
};

/** A shape after each step of a pipeline, and after other values of streams. */
function shapeHints(facts: Facts, _workspace: Workspace, part: Part): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  visit(facts.tree, (node, parent) => {
    if (node.span.end < part.start || node.span.start > part.end) return "skip";
    const isValue = parent !== undefined && "value" in parent && parent.value === node && parent.kind !== "Argument";
    if (node.kind !== "Pipe" && !(isValue && node.kind === "Call")) return undefined;
    const shapes = namedShapes(facts, node);
    if (shapes.length > 0) hints.push({ kind: "shapes", at: node.span.end, label: joined(shapes) });
    return undefined;
  });
  return hints;
}

function joined(shapes: readonly string[]): string {
  return shapes.length > 2 ? `${shapes.slice(0, 2).join(" or ")} or ${shapes.length - 2} more` : shapes.join(" or ");
}

/** Options that a task, a data set or a stage does not have, at its end. */
function defaultHints(facts: Facts): readonly InlayHint[] {
  return facts.tree.declarations.flatMap((declaration): readonly InlayHint[] => {
    if (declaration.kind !== "Task" && declaration.kind !== "Dataset" && declaration.kind !== "Stage") return [];
    const written = new Set(declaration.options.map(keyOf));
    const { options = [] } = resolvedDeclaration(facts, declaration) ?? {};
    const shown = options
      .filter((entry) => !written.has(keyOf(entry)))
      .map((entry) => `${keyOf(entry)}: ${printExpressionText(entry.value)}`);
    const brace = facts.text.lastIndexOf("}", declaration.span.end - 1);
    if (shown.length === 0 || brace < declaration.span.start) return [];
    const tooltip = `\`\`\`mtl\n${shown.join("\n")}\n\`\`\``;
    return [{ kind: "defaults", at: brace, label: abridged(shown.join("  ")), tooltip }];
  });
}

/** The length of the text of the defaults of a declaration. */
const longest = 100;

function abridged(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The number of parameters of a declaration, after its name. */
function parameterHints({ tree, path }: Facts, workspace: Workspace): readonly InlayHint[] {
  const known = workspace.costs.reading(path);
  if (!known) return [];
  return tree.declarations.flatMap((declaration): readonly InlayHint[] => {
    const kind = declaration.kind.toLowerCase();
    if (kind !== "modality" && kind !== "stream" && kind !== "fusion" && kind !== "layer" && kind !== "task") return [];
    if (!("name" in declaration)) return [];
    const parameters = costOfPart(known.cost, { kind, name: declaration.name.name })?.parameters ?? 0;
    if (parameters === 0) return [];
    const label = `${formatCount(parameters)} parameters${known.of === "earlier" ? " …" : ""}`;
    return [{ kind: "parameters", at: declaration.name.span.end, label }];
  });
}

/** Declarations that compute with a layer; others, such as a stage that freezes it, only name it. */
const computing: ReadonlySet<Declaration["kind"]> = new Set(["Layer", "Stream", "Fusion", "Task"]);

/** The declarations that share a layer, and the tasks that share a stream, after its name. */
function sharingHints(facts: Facts): readonly InlayHint[] {
  return facts.tree.declarations.flatMap((declaration): readonly InlayHint[] => {
    if (declaration.kind !== "Layer" && declaration.kind !== "Stream" && declaration.kind !== "Fusion") return [];
    const users =
      declaration.kind === "Layer"
        ? usersOf(facts, declaration).filter(({ kind }) => computing.has(kind))
        : tasksThatReach(facts, declaration);
    if (users.length < 2) return [];
    return [{ kind: "sharing", at: declaration.name.span.end, label: `shared by ${describeUsers(users)}` }];
  });
}
