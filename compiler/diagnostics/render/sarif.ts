import type { Span } from "../../../grammar/ast.ts";
import type { Diagnostic, Fix, Severity } from "../diagnostic.ts";
import type { Explanation } from "../explanations.ts";
import { createLocator, inReadingOrder, type RenderInput } from "./input.ts";

const levels: { readonly [Kind in Severity]: string } = { error: "error", warning: "warning", advice: "note" };

export interface SarifTool {
  readonly version: string;
  /** Help of the rules, by code. */
  readonly explanations: ReadonlyMap<string, Explanation>;
}

interface PhysicalLocation {
  readonly artifactLocation: { readonly uri: string };
  readonly region: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
}

/**
 * Renders SARIF 2.1.0 for code-scanning services: one run, one rule for each code that occurs, with the section of the
 * docs page as the rule's help.
 */
export function renderSarif(input: RenderInput, tool: SarifTool): string {
  const locate = createLocator(input);
  const diagnostics = inReadingOrder(input);
  const rules = [...new Map(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic])).values()].toSorted(
    (a, b) => (a.code < b.code ? -1 : 1),
  );

  const physicalLocation = (span: Span): PhysicalLocation => {
    const { file, start, end } = locate(span);
    return {
      artifactLocation: { uri: toUri(file) },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    };
  };
  const result = (diagnostic: Diagnostic): object => ({
    ruleId: diagnostic.code,
    ruleIndex: rules.findIndex((rule) => rule.code === diagnostic.code),
    level: levels[diagnostic.severity],
    message: { text: diagnostic.help === undefined ? diagnostic.message : `${diagnostic.message} ${diagnostic.help}` },
    locations: [{ physicalLocation: physicalLocation(diagnostic.at) }],
    relatedLocations: diagnostic.related.map(({ at, message }, id) => ({
      id,
      message: { text: message },
      physicalLocation: physicalLocation(at),
    })),
    ...(diagnostic.fixes.length === 0
      ? {}
      : { fixes: diagnostic.fixes.map((fix) => sarifFix(fix, physicalLocation(fix.at))) }),
  });

  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "mtl",
            semanticVersion: tool.version,
            rules: rules.map((rule) => sarifRule(rule, tool.explanations.get(rule.code))),
          },
        },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map(result),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function sarifRule({ code, name, severity }: Diagnostic, explanation: Explanation | undefined): object {
  const title = name.replaceAll("_", " ");
  return {
    id: code,
    name,
    shortDescription: { text: title },
    help:
      explanation === undefined
        ? { text: `mtl explain ${code}` }
        : { text: explanation.body, markdown: explanation.body },
    defaultConfiguration: { level: levels[severity] },
  };
}

function sarifFix(fix: Fix, { artifactLocation, region }: PhysicalLocation): object {
  return {
    description: { text: fix.title },
    artifactChanges: [
      { artifactLocation, replacements: [{ deletedRegion: region, insertedContent: { text: fix.replacement } }] },
    ],
  };
}

/**
 * A path as a relative or absolute URI reference. Files of the standard library have a URI, `mtl:prelude/…`, for a
 * path.
 */
function toUri(path: string): string {
  if (/^\w{2,}:/.test(path)) return path;
  const slashed = path.replaceAll("\\", "/");
  const [drive = ""] = /^[A-Za-z]:(?=\/)/.exec(slashed) ?? [];
  const uri = slashed.slice(drive.length).split("/").map(encodeURIComponent).join("/");
  if (drive !== "") return `file:///${drive}${uri}`;
  return slashed.startsWith("/") ? `file://${uri}` : uri;
}
