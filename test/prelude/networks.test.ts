import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { sound } from "../elaborate/harness.ts";
import { finiteDifferences, relativeError } from "../graph/gradient-check.ts";
import { type Case, expectTorch } from "./expect-torch.ts";
import { distinct } from "../graph/random-data.ts";
import { interpret } from "../graph/reference.ts";
import { graphOf, inputsOf, numbers } from "./network-graphs.ts";

interface Fixture {
  readonly max_pool: Readonly<Record<string, Case>>;
  readonly resnet: Case;
  readonly dilated: Case;
  readonly convnext: Case;
  readonly parameters: { readonly [network in "resnet18" | "resnet50" | "resnet152" | "convnext_tiny"]: number };
}

/** Made by `pytorch/make-networks.py`. */
const torch = JSON.parse(readFileSync(new URL("pytorch/networks.json", import.meta.url), "utf8")) as Fixture;

describe("PyTorch's numbers and gradients", () => {
  const tied = numbers("tied", [5, 7, 2], 3).map((number) => Math.floor(number) - 1);

  test.each(Object.entries(torch.max_pool))(
    "max_pool of size and stride %s, with equal values",
    (settings, expected) => {
      const [size, stride] = settings.split(" ");
      expectTorch(`max_pool(size: ${size}, stride: ${stride})`, { shape: [5, 7, 2], values: tied }, expected);
    },
  );

  test("resnet", () => {
    const grid = { shape: [13, 10, 3], values: numbers("grid", [13, 10, 3], 1) };
    expectTorch("resnet(layers: [1, 2], width: 4, normalise: group_norm(groups: 2))", grid, torch.resnet);
  });

  test("resnet of bottleneck blocks, with a group that keeps its size and the norm of a training that is over", () => {
    const grid = { shape: [13, 10, 3], values: numbers("grid", [13, 10, 3], 1) };
    const layer = "resnet(layers: [1, 2], width: 4, blocks: bottleneck, dilated: 1, normalise: frozen_batch_norm)";
    expectTorch(layer, grid, torch.dilated);
  });

  test("convnext", () => {
    const grid = { shape: [16, 8, 3], values: numbers("grid", [16, 8, 3], 1) };
    expectTorch("convnext(layers: [1, 2], width: 4)", grid, torch.convnext);
  });
});

test("the gradient of max_pool equals central differences where no values are equal", () => {
  const shape = [5, 7, 2];
  const { graph, loss } = graphOf("max_pool(size: 3, stride: 2)", shape);
  const inputs = inputsOf(graph, distinct(1, shape));
  const expected = finiteDifferences(loss, inputs, "feature/x");
  expect(relativeError(interpret(graph, inputs).get("gradient/feature/x") ?? [], expected)).toBeLessThan(1e-6);
});

test("ResNet-18, ResNet-50, ResNet-152 and ConvNeXt-T have as many parameters as torchvision's", () => {
  const parameters = (stream: string): number =>
    costOf(
      sound(`model m
modality photo: image(224, 224, 3)
stream seen = photo -> ${stream}
task t { from: seen -> linear(1000)  target: category("c", classes: 1000) }`),
    ).parameters;
  expect(parameters("resnet(normalise: group_norm(groups: 32)) -> as_tokens -> mean")).toBe(torch.parameters.resnet18);
  const bottlenecks = (layers: string): number =>
    parameters(
      `resnet(layers: [${layers}], blocks: bottleneck, normalise: group_norm(groups: 32)) -> as_tokens -> mean`,
    );
  expect(bottlenecks("3, 4, 6, 3")).toBe(torch.parameters.resnet50);
  expect(bottlenecks("3, 4, 6, 3")).toBe(25_557_032);
  expect(bottlenecks("3, 8, 36, 3")).toBe(torch.parameters.resnet152);
  expect(parameters("convnext -> as_tokens -> mean -> norm")).toBe(torch.parameters.convnext_tiny);
});
