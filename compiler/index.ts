/**
 * The compiler as a library: `compileProgram({ entry, host })` checks a specification and returns its graphs. Nothing
 * here needs Node, so a page
 * can import it; `createNodeHost`, which reads files from disk, is in `mtl/compiler/node`.
 */
export { parse } from "../grammar/parse.ts";
export type { Cost, Part, PartCost, ProgramCost, StageCost, TaskCost } from "./analysis/cost/cost.ts";
export { costOf } from "./analysis/cost/cost-of.ts";
export type { Diagnostic } from "./diagnostics/diagnostic.ts";
export { renderText } from "./diagnostics/render/text.ts";
export { print as printGraph } from "./graph/print.ts";
export type { Graph, GraphInput, GraphOutput, Node, Value } from "./graph/graph.ts";
export { type Host, createMemoryHost } from "./host.ts";
export { lowerToOnnx } from "./lower/onnx/lower-to-onnx.ts";
export type { StagePlan, StageWeight, WeightDeclaration } from "./stage/plan.ts";
export { type Compilation, type CompileRequest, type Program, compileProgram } from "./program.ts";
export type { ResolvedSpecification } from "./schema/resolved.ts";
