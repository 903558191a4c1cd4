import { writeFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { Option } from "commander";
import { UserError } from "../../runtime/user-error.ts";
import type { ModelDiagram } from "../../compiler/diagram/diagram.ts";
import { addOutputOption, collect, given } from "../options.ts";
import type { VerbOf } from "../verb.ts";

/** Each format loads its renderer: Graphviz and the rasteriser are large. */
const renderers = {
  svg: async (diagram: ModelDiagram): Promise<string> =>
    (await import("../../compiler/diagram/svg.ts")).renderSvg(diagram),
  png: async (diagram: ModelDiagram): Promise<Uint8Array> =>
    (await import("../../compiler/diagram/png.ts")).renderPng(diagram),
  mermaid: async (diagram: ModelDiagram): Promise<string> =>
    (await import("../../compiler/diagram/mermaid.ts")).renderMermaid(diagram),
  dot: async (diagram: ModelDiagram): Promise<string> =>
    (await import("../../compiler/diagram/dot.ts")).renderDot(diagram),
};

type Format = keyof typeof renderers;

const formatsByEnding: Readonly<Record<string, Format>> = {
  ".svg": "svg",
  ".png": "png",
  ".mmd": "mermaid",
  ".mermaid": "mermaid",
  ".md": "mermaid",
  ".dot": "dot",
  ".gv": "dot",
};

interface GraphOptions {
  readonly format?: Format;
  readonly output?: string;
  readonly set?: readonly string[];
}

export const graph: VerbOf<GraphOptions> = {
  name: "graph",
  summary: "Draw a specification: streams, fusion points, tasks, shapes, shared and frozen weights.",
  examples: [
    ["mtl graph model.mtl -o model.svg", "a picture that follows the reader's light or dark theme"],
    ["mtl graph model.mtl -o model.png", "the same as a bitmap"],
    ["mtl graph model.mtl --format mermaid", "text that GitHub draws in Markdown"],
  ],
  configure: (command) =>
    addOutputOption(command, "file", "output file; stdout by default")
      .argument("<specification>", "the .mtl file")
      .addOption(
        new Option("--format <format>", "format; by default that of the output file's name, or svg on stdout").choices(
          Object.keys(renderers),
        ),
      )
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect),
  async run(session, [file = ""], { format, output, set }) {
    const chosen = format ?? formatOf(output);
    if (chosen === "png" && output === undefined)
      throw new UserError("usage", "A PNG cannot be printed.", "Name a file: --output model.png.");
    const [{ requireProgram }, { buildDiagram }] = await Promise.all([
      import("../compile-specification.ts"),
      import("../../compiler/diagram/build-diagram.ts"),
    ]);
    const diagram = buildDiagram(requireProgram(file, { session, ...given("set", set) }).program);
    const picture = await renderers[chosen](diagram);
    if (output !== undefined) write(resolve(session.io.cwd, output), picture);
    else if (typeof picture === "string") session.emit(picture);
    return 0;
  },
};

/** The format of the output. Throws if the file name ends in the extension of another format. */
function formatOf(output: string | undefined): Format {
  if (output === undefined) return "svg";
  const format = formatsByEnding[extname(output).toLowerCase()];
  if (format !== undefined) return format;
  throw new UserError(
    "usage",
    `"${output}" has no known ending.`,
    `Name a file that ends in ${Object.keys(formatsByEnding).join(", ")}, or write --format ${Object.keys(renderers).join(", ")}.`,
  );
}

function write(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new UserError("usage", `"${path}" cannot be written.`, "Name a file in a folder that exists.", { cause });
  }
}
