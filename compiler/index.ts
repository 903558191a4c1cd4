/**
 * The compiler as a library: `compileProgram({ entry, host })` checks a specification and returns its graphs. Nothing
 * here needs Node, so a page can import it; `createNodeHost`, which reads files from disk, is in `mtl/compiler/node`.
 *
 * A mistake in a specification is never thrown, but is a `Diagnostic` of the compilation. Spans are offsets in UTF-16
 * units.
 */

// Text to tree, and tree to text.
export type { Expression, Span, SpecificationFile } from "../grammar/ast.ts";
export { type ParseResult, parse } from "../grammar/parse.ts";
export { type PrintOptions, printSpecification } from "./formatter/print.ts";

// Checking, and what a checked specification is.
export { type Compilation, type CompileRequest, type Program, type SetParams, compileProgram } from "./program.ts";
export { withShapes } from "./expand/with-shapes.ts";
export { type Host, createMemoryHost } from "./host.ts";
export type {
  ResolvedDataset,
  ResolvedModality,
  ResolvedSpecification,
  ResolvedStage,
  ResolvedTarget,
  ResolvedTask,
} from "./schema/resolved.ts";
export { expandSpecification } from "./expand/expand.ts";

// Names and their definitions.
export type { Definition, NameReference, Reference, Scope } from "./resolve/definition.ts";
export type { References } from "./resolve/resolve-names.ts";

// Diagnostics, and how they are shown.
export type { Diagnostic, Fix, Related, Severity } from "./diagnostics/diagnostic.ts";
export { applyFixes } from "./diagnostics/fixes.ts";
export type { RenderInput } from "./diagnostics/render/input.ts";
export { renderGithub } from "./diagnostics/render/github.ts";
export { type JsonReport, jsonReport, renderJson } from "./diagnostics/render/json.ts";
export { type SarifTool, renderSarif } from "./diagnostics/render/sarif.ts";
export { renderText } from "./diagnostics/render/text.ts";

// Graphs, and what runs them.
export { print as printGraph } from "./graph/print.ts";
export type {
  DType,
  Graph,
  GraphInput,
  GraphOutput,
  InputRole,
  Node as GraphNode,
  Origin,
  OutputRole,
  Shape,
  TensorType,
  Value as GraphValue,
} from "./graph/graph.ts";
export { lowerToOnnx } from "./lower/onnx/lower-to-onnx.ts";
export { type TfjsModel, lowerToTfjs } from "./lower/tfjs/lower-to-tfjs.ts";
export { type TfjsTarget, tfjsTargets } from "./lower/tfjs/target.ts";
export type { PlanSettings } from "./stage/checked-program.ts";
export type { GraphVariant, StagePlan, StageWeight, TextLengths, WeightDeclaration } from "./stage/plan.ts";

// Cost.
export type { Cost, Part as CostPart, PartCost, ProgramCost, StageCost, TaskCost } from "./analysis/cost/cost.ts";
export { costOf } from "./analysis/cost/cost-of.ts";
export { renderCost } from "./analysis/cost/cost-table.ts";

// The picture.
export { buildDiagram } from "./diagram/build-diagram.ts";
export {
  type DiagramEdge,
  type DiagramKind,
  type DiagramNode,
  type ModelDiagram,
  diagramKinds,
} from "./diagram/diagram.ts";
export { renderDot } from "./diagram/dot.ts";
export { renderMermaid } from "./diagram/mermaid.ts";
export { renderSvg } from "./diagram/svg.ts";
