import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { formatCount } from "../../compiler/analysis/cost/amounts.ts";
import type { DiagramKind, ModelDiagram } from "../../compiler/diagram/diagram.ts";
import { renderMermaid } from "../../compiler/diagram/mermaid.ts";
import { dark, light } from "../../compiler/diagram/palette.ts";
import { renderSvg } from "../../compiler/diagram/svg.ts";
import { sample } from "./sample.ts";

/** Top edge of each node's outline, by name. */
function tops(svg: string): Map<string, number> {
  const nodes = [...svg.matchAll(/<g id="node\d+"[^]*?<\/g>\n<\/g>/g)].map(([node]) => node);
  return new Map(
    nodes.map((node) => {
      const heights = [...(/ d="([^"]+)"/.exec(node)?.[1]?.matchAll(/-?[\d.]+,(-?[\d.]+)/g) ?? [])].map(([, y]) =>
        Number(y),
      );
      return [/font-weight="bold" font-size="14.00"[^>]*>([^<]+)/.exec(node)?.[1] ?? "", Math.min(...heights)];
    }),
  );
}

describe("SVG", () => {
  test("shows every node with its details, shapes, parameters, and whether it is frozen or shared", async () => {
    const svg = await renderSvg(sample);
    for (const { label, details, shapes } of sample.nodes)
      for (const text of [label, ...details, ...shapes]) expect(svg).toContain(`>${text}<`);
    expect(svg).toContain("246 k parameters, frozen");
    expect(svg).toContain("9.4 k parameters, shared by 2");
  });

  test("has modalities above streams, streams above the fusion, and tasks below it", async () => {
    const y = tops(await renderSvg(sample));
    const order = ["drawing", "seen", "met", "subgroup"].map((name) => y.get(name) ?? Number.NaN);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
  });

  test("is a picture that other programs read", async () => {
    const { width, height } = await sharp(Buffer.from(await renderSvg(sample))).metadata();
    expect(width * height).toBeGreaterThan(0);
  });

  test("keeps text that looks like markup as text", async () => {
    const hostile: ModelDiagram = {
      title: 'a<b>&"',
      nodes: [{ id: 'x"]', kind: "task", label: 'a<b>&"', details: [], shapes: [] }],
      edges: [],
    };
    const svg = await renderSvg(hostile);
    expect(svg).toContain("a&lt;b&gt;&amp;");
    await sharp(Buffer.from(svg)).metadata();
  });
});

describe("Mermaid", () => {
  test("says the same", () => {
    expect(renderMermaid(sample)).toMatchInlineSnapshot(`
      "flowchart TB
        n0("modality <b>drawing</b><br/>image(48, 48, 3)<br/>grid[48 × 48 × 3]"):::modality
        n1("modality <b>name</b><br/>text, bpe(1000)<br/>ids[12]"):::modality
        n2("stream <b>seen</b><br/>patches → linear → with_cls → positions → transformer<br/>tokens[37 × 96]<br/><i>246 k parameters, frozen</i>"):::stream
        n3("stream <b>read</b><br/>embed → with_cls → positions → transformer<br/>tokens[13 × 96]<br/><i>321 k parameters</i>"):::stream
        n4("fusion <b>met</b><br/>bottleneck, symmetric<br/>4 bottlenecks, 2 layers, 4 heads<br/>seen: tokens[37 × 96]<br/>read: tokens[13 × 96]<br/><i>448 k parameters</i>"):::fusion
        n5("layer <b>classify</b><br/>norm → linear<br/><i>9.4 k parameters, shared by 2</i>"):::layer
        n6("task <b>subgroup</b><br/>category of 95 classes<br/>cross_entropy, accuracy<br/>2 × vector[95]"):::task
        n0 --> n2
        n1 -.-> n3
        n2 --> n4
        n3 --> n4
        n4 -->|"seen.cls"| n6
        n4 -->|"read.cls"| n6
        n5 -.- n6
        classDef modality fill:#dbeafe,stroke:#3b82f6,color:#172554
        classDef stream fill:#f8fafc,stroke:#94a3b8,color:#0f172a
        classDef fusion fill:#ffedd5,stroke:#f97316,color:#431407
        classDef layer fill:#f3e8ff,stroke:#a855f7,color:#3b0764
        classDef task fill:#dcfce7,stroke:#22c55e,color:#052e16
        style n2 stroke-dasharray:5 4
      "
    `);
  });
});

test.each([
  [0, "0"],
  [999, "999"],
  [9_407, "9.4 k"],
  [245_664, "246 k"],
  [1_250_000, "1.3 M"],
])("%d is written %s", (count, written) => {
  expect(formatCount(count)).toBe(written);
});

test.each([
  ["light", light],
  ["dark", dark],
] as const)("text has a contrast of 7 on its fill in the %s theme", (_name, theme) => {
  for (const kind of Object.keys(theme.kinds) as DiagramKind[])
    expect(contrast(theme.kinds[kind].fill, theme.kinds[kind].text)).toBeGreaterThan(7);
});

/** WCAG 2.2's contrast ratio. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
