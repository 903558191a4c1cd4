import { createMemoryHost } from "../compiler/host.ts";
import { type Program, compileProgram } from "../compiler/program.ts";

/** Compiles a specification of a benchmark. An error in it is a bug of the benchmark. */
export function programOf(text: string): Program {
  const entry = "/bench.mtl";
  const { program, diagnostics } = compileProgram({ entry, host: createMemoryHost({ [entry]: text }) });
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return program;
}
