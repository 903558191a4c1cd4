import type { Expression, FusionDeclaration, Node as SyntaxNode } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { entrySymbols } from "../bind/bind.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import { targetOf } from "../targets/index.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { evaluate } from "../elaborate/evaluate.ts";
import { elaborateForward } from "../elaborate/forward.ts";
import { declarationFrame } from "../elaborate/symbol-values.ts";
import { optionOf } from "../elaborate/uses.ts";
import { type Value, describeStream } from "../elaborate/value.ts";
import { printExpressionText } from "../formatter/print.ts";
import { sizeOf } from "../graph/graph.ts";
import type { StageWeight } from "../stage/plan.ts";
import type { Program } from "../stage/checked-program.ts";
import type { SharedStreams } from "../stage/shared-streams.ts";
import { createStagePlan, stageOverrides } from "../stage/stage-plan.ts";
import { stageWeights } from "../stage/stage-weights.ts";
import type { DiagramEdge, DiagramNode, ModelDiagram } from "./diagram.ts";

/** Builds the picture of a program without errors, as of its last stage. */
export function buildDiagram(program: Program): ModelDiagram {
  const { specification, bindings } = program;
  const stage = specification.stages.at(-1);
  const overrides = stageOverrides(program, stage);
  const elaborated = Object.keys(specification.tasks).map((task) =>
    elaborateForward(program, { task, mode: "evaluate", batch: 1, overrides, reporter: createReporter() }),
  );
  const forwards = elaborated.flatMap(({ forward }) => forward ?? []);
  const weights = stage
    ? stageWeights(stage, forwards, undefined)
    : forwards.flatMap((forward) =>
        forward.weights.map((weight): StageWeight => ({
          ...weight,
          trainable: true,
          decayed: false,
          class: forward.task,
          tasks: [forward.task],
        })),
      );
  const symbols = entrySymbols(bindings);
  const elaborations = elaborated.map(({ elaboration }) => elaboration);
  // Declarations that the params' values leave unused are not drawn.
  const drawn = symbols.filter(
    (symbol) =>
      symbol.kind === "Task" || elaborations.length === 0 || elaborations.some(({ made }) => made.has(symbol)),
  );
  const rowsMayLack = new Set(
    Object.values(specification.tasks).flatMap(({ inputs }) =>
      inputs.flatMap(({ modality, optional }) => (optional ? [modality] : [])),
    ),
  );
  const edges = drawn.flatMap((symbol) => edgesInto(program, symbol, elaborations, rowsMayLack));
  const shared: SharedStreams = stage ? createStagePlan(program, stage.name, {}).sharedStreams() : new Map();
  const nodes = drawn
    .flatMap((symbol) => nodeOf(program, symbol, elaborations, weights, edges))
    .map((node) => ({ ...node, ...computation(node, shared) }));
  const known = new Set(nodes.map((node) => node.id));
  const title = specification.model.title ?? specification.model.name;
  return { title, nodes, edges: edges.filter((edge) => known.has(edge.from) && known.has(edge.to)) };
}

function nodeOf(
  program: Program,
  symbol: SymbolDeclaration,
  elaborations: readonly Elaboration[],
  weights: readonly StageWeight[],
  edges: readonly DiagramEdge[],
): readonly DiagramNode[] {
  const name = symbol.name.name;
  const id = idOf(symbol);
  const values = elaborations.flatMap((elaboration) => elaboration.made.get(symbol) ?? []);
  const shapes = values.map(shapeTexts).find((texts) => texts.length > 0) ?? [];
  const common = { id, label: name, shapes, ...weightFacts(symbol, weights, edges) };
  switch (symbol.kind) {
    case "Modality":
      return [{ ...common, kind: "modality", details: [printExpressionText(symbol.value)] }];
    case "Stream":
      return [
        { ...common, kind: "stream", details: steps(symbol.value).slice(isInput(program, symbol.value) ? 1 : 0) },
      ];
    case "Fusion":
      return [{ ...common, kind: "fusion", details: fusionDetails(symbol) }];
    case "Layer":
      return [{ ...common, kind: "layer", details: steps(symbol.value) }];
    case "Task": {
      const task = program.specification.tasks[name];
      return [{ ...common, kind: "task", details: task ? [targetOf(task.target).description] : [] }];
    }
    default:
      return [];
  }
}

function weightFacts(
  symbol: SymbolDeclaration,
  weights: readonly StageWeight[],
  edges: readonly DiagramEdge[],
): Pick<DiagramNode, "parameters" | "sharedBy" | "weights"> {
  const prefix = symbol.kind === "Task" ? `task.${symbol.name.name}.` : `${symbol.name.name}.`;
  const own = weights.filter((weight) => weight.kind === "weight" && weight.name.startsWith(prefix));
  if (own.length === 0) return {};
  const frozen = own.filter((weight) => !weight.trainable).length;
  const places =
    symbol.kind === "Layer" ? edges.filter((edge) => edge.kind === "weights" && edge.from === idOf(symbol)).length : 0;
  return {
    parameters: own.reduce((sum, weight) => sum + sizeOf(weight.shape), 0),
    weights: frozen === 0 ? "trained" : frozen === own.length ? "frozen" : "partly_frozen",
    ...(places > 1 ? { sharedBy: places } : {}),
  };
}

/** The tasks for which a stream or a fusion is computed once: for a fusion, those for which all of its results are. */
function computation({ kind, label }: DiagramNode, shared: SharedStreams): Pick<DiagramNode, "computedFor"> {
  if (kind !== "stream" && kind !== "fusion") return {};
  const results = [...shared].filter(([name]) => name === label || name.startsWith(`${label}.`));
  const groups = new Map<string, string[]>();
  for (const task of new Set(results.flatMap(([, tasks]) => tasks.flat()))) {
    const key = JSON.stringify(results.map(([, tasks]) => tasks.find((group) => group.includes(task))));
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return groups.size === 0 ? {} : { computedFor: [...groups.values()] };
}

function shapeTexts(value: Value): readonly string[] {
  if (value.kind === "stream") return [describeStream(value.stream)];
  if (value.kind !== "record") return [];
  return [...value.fields].flatMap(([name, field]) =>
    field.kind === "stream" ? [`${name}: ${describeStream(field.stream)}`] : [],
  );
}

/**
 * Edges for the references in a declaration's own expression. A layer that is used several times has an edge for each
 * use.
 */
function edgesInto(
  program: Program,
  symbol: SymbolDeclaration,
  elaborations: readonly Elaboration[],
  rowsMayLack: ReadonlySet<string>,
): readonly DiagramEdge[] {
  const roots: readonly Expression[] =
    symbol.kind === "Stream" || symbol.kind === "Fusion" || symbol.kind === "Layer"
      ? [symbol.value]
      : symbol.kind === "Task"
        ? ["from", "head"].flatMap((option) => optionOf(symbol, option) ?? [])
        : [];
  const edges: DiagramEdge[] = [];
  const walk = (node: SyntaxNode, kind: "data" | "optional"): void => {
    if (node.kind === "Member" && node.object.kind === "Name") return addEdge(node.object, kind, node.member.name);
    if (node.kind === "Name") return addEdge(node, kind);
    if (node.kind === "If")
      return walk(holds(elaborations, node.condition) ? node.consequence : node.alternative, kind);
    for (const child of childrenOf(node)) walk(child, node.kind === "Optional" ? "optional" : kind);
  };
  const addEdge = (name: Extract<Expression, { kind: "Name" }>, kind: "data" | "optional", member?: string): void => {
    const source = program.references.declarationOf(name);
    if (!source || source.kind === "Param" || source.kind === "Block") return;
    const optional = kind === "optional" || (source.kind === "Modality" && rowsMayLack.has(name.name));
    const edge: DiagramEdge = {
      from: idOf(source),
      to: idOf(symbol),
      kind: source.kind === "Layer" ? "weights" : optional ? "optional" : "data",
      ...(member === undefined ? {} : { label: member }),
    };
    if (source.kind === "Layer" || !edges.some((other) => other.from === edge.from && other.label === edge.label))
      edges.push(edge);
  };
  for (const root of roots) walk(root, "data");
  return edges;
}

function holds([elaboration]: readonly Elaboration[], condition: Expression): boolean {
  const value = elaboration && evaluate(declarationFrame(elaboration, condition.span.file, [], condition), condition);
  return value?.kind === "bool" && value.value;
}

/** Each kind has a name space of its own here, because a task may have the name of a stream of an imported file. */
function idOf(symbol: SymbolDeclaration): string {
  return `${symbol.kind.toLowerCase()}_${symbol.name.name}`;
}

/** The blocks of a pipeline, in order. Its input is an edge of the picture. */
function steps(expression: Expression): readonly string[] {
  const parts = expression.kind === "Pipe" ? [...steps(expression.left), expression.right] : [expression];
  return parts.map((part) => (typeof part === "string" ? part : printExpressionText(part)));
}

function isInput(program: Program, expression: Expression): boolean {
  if (expression.kind === "Pipe") return isInput(program, expression.left);
  if (expression.kind === "Optional") return isInput(program, expression.operand);
  if (expression.kind === "Member") return isInput(program, expression.object);
  return (
    expression.kind === "Name" &&
    ["Modality", "Stream", "Fusion"].includes(program.references.declarationOf(expression)?.kind ?? "")
  );
}

function fusionDetails(symbol: FusionDeclaration): readonly string[] {
  if (symbol.value.kind !== "Call" || symbol.value.callee.kind !== "Name") return [];
  const options = symbol.value.arguments.flatMap((argument) =>
    argument.name ? [`${argument.name.name}: ${printExpressionText(argument.value)}`] : [],
  );
  return [symbol.value.callee.name, ...options];
}
