import type { Severity } from "../diagnostic.ts";
import { createLocator, inReadingOrder, type RenderInput } from "./input.ts";

const commands: { readonly [Kind in Severity]: string } = { error: "error", warning: "warning", advice: "notice" };

/** Workflow commands that GitHub Actions turns into annotations of a pull request, one a line. */
export function renderGithub(input: RenderInput): string {
  const locate = createLocator(input);
  return inReadingOrder(input)
    .map((diagnostic) => {
      const { file, start, end } = locate(diagnostic.at);
      // GitHub refuses columns of an annotation that spans several lines.
      const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
      const properties = Object.entries({
        file,
        line: start.line,
        endLine: end.line,
        ...columns,
        title: diagnostic.code,
      });
      const message = diagnostic.help === undefined ? diagnostic.message : `${diagnostic.message}\n${diagnostic.help}`;
      return `::${commands[diagnostic.severity]} ${properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(",")}::${escapeData(message)}\n`;
    })
    .join("");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
