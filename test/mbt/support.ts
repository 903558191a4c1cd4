import { expect } from "vitest";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { elaborateForward } from "../../compiler/elaborate/forward.ts";
import { type Graph, type GraphInput, sizeOf } from "../../compiler/graph/graph.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import type { ForwardGraph } from "../../compiler/stage/plan.ts";
import { type Compilation, type Program, compileProgram } from "../../compiler/program.ts";
import { generator } from "../../runtime/random/generator.ts";

export type Values = Map<string, ArrayLike<number>>;

export function compilation(text: string): Compilation {
  return compileProgram({ entry: "model.mtl", host: createMemoryHost({ "model.mtl": `model tested\n${text}` }) });
}

/** Names of what is reported, without advice. */
export function codesOf({ diagnostics }: Compilation): readonly string[] {
  return diagnostics.filter(({ severity }) => severity !== "advice").map(({ code }) => code);
}

const programs = new Map<string, Program>();

/** The program of a specification that has no errors. */
export function programOf(text: string): Program {
  const known = programs.get(text);
  if (known) return known;
  const { program, diagnostics } = compilation(text);
  if (!program) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  programs.set(text, program);
  return program;
}

/** A task's graph as elaborated: no pass has taken anything out of it. */
export function forwardOf(
  program: Program,
  task: string,
  { mode = "predict", batch = 1 }: { readonly mode?: Mode; readonly batch?: number } = {},
): ForwardGraph {
  const reporter = createReporter();
  const { forward } = elaborateForward(program, { task, mode, batch, overrides: program.overrides, reporter });
  expect(reporter.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!forward) throw new Error(`${task} has no graph`);
  return forward;
}

/**
 * Normal values for every float input by its name alone, so that equally named weights of two graphs are equal; no row
 * is padded.
 */
export function valuesOf(graph: Graph, renamed: (name: string) => string = (name) => name): Values {
  return new Map(graph.inputs.map((input) => [input.name, valueOf(input, renamed(input.name))]));
}

function valueOf({ role, value: { dtype, shape } }: GraphInput, name: string): Float64Array {
  const size = sizeOf(shape);
  if (role.kind === "row_weight" || role.kind === "class_mask") return new Float64Array(size).fill(1);
  // Bytes of 255 keep everything that a random mask could drop; integers are the class 0.
  if (dtype !== "float32") return new Float64Array(size).fill(role.kind === "random" ? 255 : 0);
  const random = generator(1, name);
  const scale = role.kind === "weight" ? 0.5 : 1;
  return Float64Array.from({ length: size }, () => scale * random.normal());
}

export function outputOf(outputs: ReadonlyMap<string, Float64Array>, name: string): readonly number[] {
  const output = outputs.get(name);
  if (!output) throw new Error(`there is no output ${name} among ${[...outputs.keys()].join(", ")}`);
  return [...output];
}

export function furthest(left: readonly number[], right: readonly number[]): number {
  expect(left.length).toBe(right.length);
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? Number.NaN))), 0);
}
