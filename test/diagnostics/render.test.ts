import { styleText } from "node:util";
import { describe, expect, test } from "vitest";
import { parseExplanations } from "../../compiler/diagnostics/explanations.ts";
import { renderGithub } from "../../compiler/diagnostics/render/github.ts";
import { type JsonReport, renderJson } from "../../compiler/diagnostics/render/json.ts";
import { renderSarif } from "../../compiler/diagnostics/render/sarif.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { sample, spanOf } from "./sample.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";

describe("text", () => {
  test("shows each problem with its place, related places and help", () => {
    expect(renderText(sample())).toMatchInlineSnapshot(`
      "error[MTL2002]: "wdith" is not defined.
       --> flowers.mtl:4:24
        |
      4 | stream seen = petal -> wdith(8)
        |                        ^^^^^
        |
        = help: Did you mean "width"?

      error[MTL2001]: "seen" is declared twice.
       --> flowers.mtl:5:8
        |
      5 | stream seen = petal
        |        ^^^^
       ::: flowers.mtl:4:8
        |
      4 | stream seen = petal -> wdith(8)
        |        ---- the first one is here
        |
        = help: Rename one of the two.

      error[MTL1004]: Expected an end, found 100% a block,
      a task: two.
       --> blocks/a b.mtl:1:1
        |
      1 | block f(x: tokens): tokens {
        | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      2 |     let 名前 = x -> lienar(8)
        |     ^^^^^^^^^^^^^^^^^^^^^^^^^
      3 |   return x
        |   ^^^^^^^^
      4 | }
        | ^

      error[MTL2002]: "lienar" is not defined.
       --> blocks/a b.mtl:2:16
        |
      2 |     let 名前 = x -> lienar(8)
        |                     ^^^^^^
        |
        = help: Did you mean "linear"?

      4 errors
      "
    `);
  });

  test("leaves out the middle of a long place", () => {
    const sources = new Map([["a.mtl", Array.from({ length: 12 }, (_, line) => `  line${line + 1}\n`).join("")]]);
    const reporter = createReporter();
    reporter.report("chained_comparison", { file: "a.mtl", start: 13, end: sources.get("a.mtl")?.length ?? 0 }, {});
    expect(renderText({ diagnostics: reporter.diagnostics, sources })).toMatchInlineSnapshot(`
      "error[MTL1006]: Comparisons cannot be chained.
        --> a.mtl:2:6
         |
       2 |   line2
         |      ^^
      ...
      12 |   line12
         |   ^^^^^^
         |
         = help: Join two comparisons with "and".

      1 error
      "
    `);
  });

  test("marks an empty place at the end of a file, and a file without source, without failing", () => {
    const reporter = createReporter();
    reporter.report("unexpected_token", { file: "a.mtl", start: 5, end: 5 }, { found: "the end", expected: "a name" });
    reporter.report("import_not_found", { file: "gone.mtl", start: 3, end: 9 }, { path: "gone.mtl" });
    const text = renderText({ diagnostics: reporter.diagnostics, sources: new Map([["a.mtl", "model"]]) });
    expect(text).toContain(" --> a.mtl:1:6\n  |\n1 | model\n  |      ^\n");
    expect(text).toContain(" --> gone.mtl:1:1\n");
  });

  test("shows what is around a place of a line that nobody wrote, with the mark below it", () => {
    const sources = new Map([["a.mtl", `stream seen = ${"petal + ".repeat(1000)}wdith${" + petal".repeat(1000)}\n`]]);
    const reporter = createReporter();
    reporter.report(
      "unknown_name",
      spanOf(sources, "a.mtl", "wdith"),
      { name: "wdith", nearest: { name: "width", isCertain: true } },
      { related: [{ at: spanOf(sources, "a.mtl", "seen"), message: "here" }] },
    );
    const lines = renderText({ diagnostics: reporter.diagnostics, sources }).split("\n");
    const [shown = "", marks = "", , related = "", below = ""] = lines.slice(
      lines.findIndex((line) => line.startsWith("1 |")),
    );
    expect(shown).toMatch(/^1 \| ….*petal \+ wdith \+ petal.*…$/u);
    expect(marks.indexOf("^")).toBe(shown.indexOf("wdith"));
    expect(below.indexOf("-")).toBe(related.indexOf("seen"));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(250);
  });

  test("shows a hundred of very many, and counts them all", () => {
    const sources = new Map([["a.mtl", "wdith\n".repeat(250)]]);
    const reporter = createReporter();
    for (let each = 1; each <= 250; each++)
      reporter.report("unknown_name", spanOf(sources, "a.mtl", "wdith", each), { name: "wdith" });
    const text = renderText({ diagnostics: reporter.diagnostics, sources });
    expect(text.match(/error\[/gu)).toHaveLength(100);
    expect(text).toContain("\n\n250 errors, of which the first 100 are shown\n");
  });

  test("is empty where there is nothing to say", () => {
    expect(renderText({ diagnostics: [], sources: new Map() })).toBe("");
  });

  test("says the same in colour as without", () => {
    const coloured = renderText(sample(), (role, text) =>
      styleText(role === "gutter" ? "blue" : "red", text, { validateStream: false }),
    );
    expect(coloured).not.toBe(renderText(sample()));
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(renderText(sample()));
  });

  test("shows what a terminal would obey by a sign of one column, and marks the place below it", () => {
    const sources = new Map([["a\u001b]0;title\u0007.mtl", 'stream a = "\u001b[2J\u202e" -> wdith']]);
    const reporter = createReporter();
    reporter.report("unknown_name", spanOf(sources, "a\u001b]0;title\u0007.mtl", "wdith"), { name: "wdith\u009b" });
    const lines = renderText({ diagnostics: reporter.diagnostics, sources }).split("\n");
    expect(lines.join("\n")).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(lines[1]).toContain("a␛]0;title␇.mtl:1:");
    expect(lines[4]?.indexOf("^")).toBe(lines[3]?.indexOf("wdith"));
  });

  test("counts columns alike for LF, CRLF and CR", () => {
    const place = (lineBreak: string): string | undefined => {
      const sources = new Map([["a.mtl", `model a${lineBreak}${lineBreak}stream b = c${lineBreak}`]]);
      const reporter = createReporter();
      reporter.report("unknown_name", spanOf(sources, "a.mtl", "c"), { name: "c" });
      return /a\.mtl:\d+:\d+\n[^]*/.exec(renderText({ diagnostics: reporter.diagnostics, sources }))?.[0];
    };
    expect(place("\n")).toContain("a.mtl:3:12");
    expect(place("\r\n")).toBe(place("\n"));
    expect(place("\r")).toBe(place("\n"));
  });
});

describe("json", () => {
  test("has places in lines and columns whose ends cut out the marked text", () => {
    const input = sample();
    const report = JSON.parse(renderJson(input)) as JsonReport;
    expect(report.counts).toEqual({ error: 4, warning: 0, advice: 0 });
    const unknown = report.diagnostics.find(({ name }) => name === "unknown_name");
    const line = input.sources.get("flowers.mtl")?.split("\n")[(unknown?.start.line ?? 0) - 1];
    expect(line?.slice((unknown?.start.column ?? 0) - 1, (unknown?.end.column ?? 0) - 1)).toBe("wdith");
    expect(unknown?.fixes.map(({ replacement }) => replacement)).toEqual(["width"]);
  });
});

describe("github", () => {
  test("escapes what would end a command or a property", () => {
    expect(renderGithub(sample())).toMatchInlineSnapshot(`
      "::error file=flowers.mtl,line=4,endLine=4,col=24,endColumn=29,title=MTL2002::"wdith" is not defined.%0ADid you mean "width"?
      ::error file=flowers.mtl,line=5,endLine=5,col=8,endColumn=12,title=MTL2001::"seen" is declared twice.%0ARename one of the two.
      ::error file=blocks/a b.mtl,line=1,endLine=4,title=MTL1004::Expected an end, found 100%25 a block,%0Aa task: two.
      ::error file=blocks/a b.mtl,line=2,endLine=2,col=16,endColumn=22,title=MTL2002::"lienar" is not defined.%0ADid you mean "linear"?
      "
    `);
  });
});

describe("sarif", () => {
  const explanations = parseExplanations(
    "# Page\n\n### MTL2002 unknown_name\n\nWhy.\n\n### MTL2001 duplicate_declaration\n\nTwice.\n",
  );

  test("has what section 3 of the standard requires, and every index finds its rule", () => {
    const input = sample();
    const log = JSON.parse(renderSarif(input, { version: "1.2.3", explanations }));
    expect(log.version).toBe("2.1.0");
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: "mtl", semanticVersion: "1.2.3" });
    expect(run.results).toHaveLength(input.diagnostics.length);
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(["error", "warning", "note"]).toContain(result.level);
      expect(result.message.text).not.toBe("");
      for (const { physicalLocation } of [...result.locations, ...result.relatedLocations]) {
        expect(physicalLocation.artifactLocation.uri).toMatch(/^[\w.%/-]+$/);
        expect(physicalLocation.region.startLine).toBeGreaterThan(0);
        expect(physicalLocation.region.startColumn).toBeGreaterThan(0);
      }
    }
  });

  test("carries the docs page as the rule's help", () => {
    const { rules } = JSON.parse(renderSarif(sample(), { version: "1.2.3", explanations })).runs[0].tool.driver;
    expect(rules.find((rule: { id: string }) => rule.id === "MTL2002").help.markdown).toBe("Why.");
  });
});
