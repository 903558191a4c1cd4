import { z } from "zod";
import { buildDiagram } from "../../../compiler/diagram/build-diagram.ts";
import { renderMermaid } from "../../../compiler/diagram/mermaid.ts";
import { renderSvg } from "../../../compiler/diagram/svg.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const draw = tool({
  name: "draw",
  title: "Draw the model",
  description:
    "Gives the picture of a model, as Mermaid text or as SVG: streams, fusions, tasks, shapes, shared and frozen weights.",
  input: { ...specificationInput, format: z.enum(["mermaid", "svg"]).default("mermaid") },
  async run(session, { format, ...input }) {
    const diagram = buildDiagram(session.program(input).program);
    return format === "svg" ? await renderSvg(diagram) : renderMermaid(diagram);
  },
});
