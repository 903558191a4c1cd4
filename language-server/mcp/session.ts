import { resolve } from "node:path";
import { z } from "zod";
import type { Host } from "../../compiler/host.ts";
import { isPrelude } from "../../compiler/prelude/prelude.ts";
import type { RenderInput } from "../../compiler/diagnostics/render/input.ts";
import { jsonReport } from "../../compiler/diagnostics/render/json.ts";
import { type Compilation, type Program, compileProgram } from "../../compiler/program.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { portableRelative } from "../../runtime/host/portable-path.ts";
import { UserError } from "../../runtime/user-error.ts";

/** The parts of an input that say which specification is meant. */
export const specificationInput = {
  file: z.string().optional().describe("path of an .mtl file, relative to the working directory"),
  text: z
    .string()
    .optional()
    .describe(
      "the text of a specification, instead of the file's own or without a file; imports are relative to the file",
    ),
  set: z.record(z.string(), z.string()).optional().describe('values of params by name, such as { width: "32" }'),
};

export interface SpecificationInput {
  readonly file?: string | undefined;
  readonly text?: string | undefined;
  readonly set?: Readonly<Record<string, string>> | undefined;
}

/** The working directory of an agent, and how its specifications are compiled. */
export class AgentSession {
  readonly cwd: string;

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  resolve(path: string): string {
    return resolve(this.cwd, path);
  }

  /** A host in which the text that the agent gave is the file's. */
  hostOf({ file, text }: SpecificationInput): { readonly host: Host; readonly entry: string } {
    if (file === undefined && text === undefined)
      throw new UserError(
        "usage",
        "There is neither a file nor a text.",
        "Give `file`, a path, or `text`, a specification.",
      );
    const entry = this.resolve(file ?? "untitled.mtl");
    const host = createNodeHost();
    const readFile = (path: string): string | undefined =>
      path === entry && text !== undefined ? text : host.readFile(path);
    if (readFile(entry) === undefined)
      throw new UserError("usage", `The file "${file}" cannot be read.`, `Paths are relative to ${this.cwd}.`);
    return { entry, host: { ...host, readFile } };
  }

  compile(input: SpecificationInput): Compilation & { readonly entry: string } {
    const { host, entry } = this.hostOf(input);
    return { entry, ...compileProgram({ entry, host, set: input.set ?? {} }) };
  }

  /** The program of a specification without errors. The mistakes of any other are the message. */
  program(input: SpecificationInput): Compilation & { readonly entry: string; readonly program: Program } {
    const compilation = this.compile(input);
    const { program } = compilation;
    if (program) return { ...compilation, program };
    throw new UserError(
      "specification",
      `The specification has errors: ${JSON.stringify(this.report(compilation).diagnostics)}`,
      "Mend them first; the tool `fix` makes certain fixes.",
    );
  }

  report(compilation: Compilation): ReturnType<typeof jsonReport> {
    return jsonReport(this.renderInput(compilation));
  }

  renderInput({ diagnostics, sources }: Compilation): RenderInput {
    const displayPath = (path: string): string => (isPrelude(path) ? path : portableRelative(this.cwd, path));
    return { diagnostics, sources, displayPath };
  }
}
