import { writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { Option } from "commander";
import { UserError } from "../../../runtime/user-error.ts";
import type { ModelDiagram } from "../../diagram/diagram.ts";
import { renderDot } from "../../diagram/dot.ts";
import { renderMermaid } from "../../diagram/mermaid.ts";
import { collect, given } from "../options.ts";
import type { VerbOf } from "../verb.ts";

const renderers = {
  // Graphviz is large, and only this needs it.
  svg: async (diagram: ModelDiagram): Promise<string> => (await import("../../diagram/svg.ts")).renderSvg(diagram),
  mermaid: async (diagram: ModelDiagram): Promise<string> => renderMermaid(diagram),
  dot: async (diagram: ModelDiagram): Promise<string> => renderDot(diagram),
};

type Format = keyof typeof renderers;

const formatsByEnding: Readonly<Record<string, Format>> = { ".svg": "svg", ".mmd": "mermaid", ".mermaid": "mermaid", ".md": "mermaid", ".dot": "dot", ".gv": "dot" };

interface GraphOptions {
  readonly format?: Format;
  readonly output?: string;
  readonly set?: readonly string[];
}

export const graph: VerbOf<GraphOptions> = {
  name: "graph",
  summary: "Draw a specification: streams, fusion points, tasks, shapes, shared and frozen weights.",
  examples: [
    ["mtl graph model.mtl -o model.svg", "a picture; it follows the reader's light or dark theme"],
    ["mtl graph model.mtl --format mermaid", "text that GitHub draws in Markdown"],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .addOption(new Option("--format <format>", "svg by default, or what the output file's ending says").choices(Object.keys(renderers)))
      .option("-o, --output <file>", "where to write; stdout by default")
      .option("--set <name=value>", "set a param; may be repeated", collect),
  async run(session, [file = ""], { format, output, set }) {
    const [{ requireProgram }, { buildDiagram }] = await Promise.all([import("../compile-specification.ts"), import("../../diagram/build-diagram.ts")]);
    const diagram = buildDiagram(requireProgram(file, { session, ...given("set", set) }).program);
    const picture = await renderers[format ?? formatOf(output)](diagram);
    if (output === undefined) session.emit(picture);
    else write(resolve(session.io.cwd, output), picture);
    return 0;
  },
};

function formatOf(output: string | undefined): Format {
  return (output === undefined ? undefined : formatsByEnding[extname(output).toLowerCase()]) ?? "svg";
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new UserError("usage", `"${path}" cannot be written.`, "Name a file in a folder that exists.", { cause });
  }
}
