import { describe, expect, test } from "vitest";
import type { Graph } from "../../compiler/graph/graph.ts";
import { withGradients, withProjectedLoss } from "../graph/gradient-check.ts";
import { interpret } from "../graph/reference.ts";
import { codesOf, compilation, forwardOf, outputOf, programOf, valuesOf } from "./support.ts";
import { fused, twoStreams, width } from "./two-streams.ts";

type Side = "left" | "right";
const inputOf = { left: "feature/a", right: "feature/b" } as const;

/** The largest |∂CLS/∂input| in float64 of one stream's class token, by each modality's input. */
function influences(text: string, to: Side): { readonly [From in Side]: number } {
  const { graph, cotangents } = withProjectedLoss(forwardOf(programOf(text), `of_${to}`).graph);
  const differentiated = withGradients(
    graph,
    graph.inputs.filter(({ role }) => role.kind === "feature" && !role.feature.startsWith("cotangent")),
  );
  const outputs = interpret(differentiated, new Map([...valuesOf(differentiated), ...cotangents]));
  // If there is no path, the graph has no gradient either.
  const largest = (name: string): number =>
    (outputs.get(`gradient/${name}`) ?? new Float64Array(1)).reduce(
      (most, value) => Math.max(most, Math.abs(value)),
      0,
    );
  return { left: largest(inputOf.left), right: largest(inputOf.right) };
}

/** True if one stream's class token has the same bits after the other modality's input has changed. */
function isUntouched(text: string, from: Side, to: Side): boolean {
  const { graph } = forwardOf(programOf(text), `of_${to}`);
  const values = valuesOf(graph);
  const moved = new Map([
    ...values,
    [inputOf[from], Float64Array.from(values.get(inputOf[from]) ?? [], (value) => value + 1)],
  ]);
  return String(logits(graph, values)) === String(logits(graph, moved));
}

function logits(graph: Graph, values: ReadonlyMap<string, ArrayLike<number>>): readonly number[] {
  return outputOf(interpret(graph, values), "prediction/logits");
}

interface Flow {
  readonly block: string;
  readonly options: string;
  readonly leftToRight: boolean;
  readonly rightToLeft: boolean;
}

// The bottlenecks that a symmetric layer writes are only read by the next layer; in a chain, later streams read them in
// the same layer.
const flows: readonly Flow[] = [
  { block: "late", options: "layers: 2", leftToRight: false, rightToLeft: false },
  { block: "bottleneck", options: "layers: 2  fuse_from: 2", leftToRight: false, rightToLeft: false },
  {
    block: "bottleneck",
    options: "layers: 2  fuse_from: 1  update: symmetric",
    leftToRight: false,
    rightToLeft: false,
  },
  { block: "bottleneck", options: "layers: 2  fuse_from: 0  update: symmetric", leftToRight: true, rightToLeft: true },
  {
    block: "bottleneck",
    options: "layers: 3  fuse_from: 1  update: symmetric  bottlenecks: 1",
    leftToRight: true,
    rightToLeft: true,
  },
  {
    block: "bottleneck",
    options: "layers: 2  fuse_from: 1  update: sequential",
    leftToRight: true,
    rightToLeft: false,
  },
  { block: "bottleneck", options: "layers: 2  fuse_from: 0  update: sequential", leftToRight: true, rightToLeft: true },
  { block: "crossed", options: "layers: 1", leftToRight: true, rightToLeft: true },
  { block: "merged", options: "layers: 1", leftToRight: true, rightToLeft: true },
];

describe.each(flows)("$block { $options }", ({ block, options, leftToRight, rightToLeft }) => {
  const text = fused(block, options);
  test.each([
    { from: "left", to: "right", flowing: leftToRight },
    { from: "right", to: "left", flowing: rightToLeft },
  ] as const)("information from $from to $to: $flowing", ({ from, to, flowing }) => {
    const influence = influences(text, to);
    expect(influence[to]).toBeGreaterThan(1e-6);
    if (flowing) expect(influence[from]).toBeGreaterThan(1e-6);
    else expect(influence[from]).toBe(0);
    expect(isUntouched(text, from, to)).toBe(!flowing);
  });
});

describe("the warning that symmetric bottlenecks with one fused layer exchange nothing", () => {
  const warning = "MTL4008";
  const cases = [
    { options: "layers: 1", warned: true },
    { options: "layers: 12  fuse_from: 11", warned: true },
    { options: "layers: 12  fuse_from: 10", warned: false },
    { options: "layers: 12  fuse_from: 12", warned: false },
    { options: "layers: 1  update: sequential", warned: false },
  ];
  test.each(cases)("$options: $warned", ({ options, warned }) => {
    const codes = codesOf(compilation(fused("bottleneck", options)));
    expect(codes).toEqual(warned ? [warning] : []);
  });

  test("a single stream has nobody to exchange with", () => {
    const text = `${twoStreams}fusion met = bottleneck(left) { layers: 1  heads: 2 }
      task of_left { from: met.left.cls  target: category("y", classes: ${width}) }
      task of_right { from: right.cls  target: category("y", classes: ${width}) }`;
    expect(codesOf(compilation(text))).toEqual([]);
  });
});

test("fusion cannot begin behind the last layer", () => {
  for (const block of ["bottleneck", "crossed"])
    expect(codesOf(compilation(fused(block, "layers: 2  fuse_from: 3")))).toContain("MTL4009");
});

describe("the bottlenecks are the only way from one stream to the other", () => {
  const withWay = (way: string): string => `
    block stack_of_layers(streams: list of tokens, layers: int, heads: int): list of tokens {
      let shared = learned(3, width(streams.first))
      let (done, last) = repeat(layers) from (s = streams, f = shared) {
        let (next, written) = bottleneck_layer(s, shared: f, heads: heads)
        yield (next, written${way})
      }
      return done
    }
    ${fused("stack_of_layers", "layers: 3")}`;

  test("no gradient crosses where none passes through them", () => {
    const cut = withWay(" -> stop_gradient");
    expect(influences(cut, "right").left).toBe(0);
    expect(influences(cut, "left").right).toBe(0);
    expect(influences(cut, "left").left).toBeGreaterThan(1e-6);
    // Values still cross: only gradients are cut.
    expect(isUntouched(cut, "left", "right")).toBe(false);
  });

  test("without the cut they cross", () => {
    expect(influences(withWay(""), "right").left).toBeGreaterThan(1e-6);
  });
});
