import { expect, test } from "vitest";
import { compile } from "./harness.ts";

const modalities = {
  text: "text(max_length: 16)",
  table: 'table(numeric: ["u", "v"], categorical: { w: 5 })',
  image: "image(8, 8, 3)",
  video: "video(4, 8, 8, 3)",
  series: "series(steps: 10, channels: 3)",
  vector: "tensor([8])",
} as const;

/** The position, message and hint of the first error. */
function errorOf(
  kind: keyof typeof modalities,
  through: string,
  head = "linear(2)",
): { readonly at: string; readonly message: string; readonly help: string } {
  const text = `model m\nmodality ${kind}: ${modalities[kind]}\nstream x = ${kind}${through === "" ? "" : ` -> ${through}`}\ntask t { from: x  head: ${head}  target: category("k", classes: 2) }\ndataset d { path: "d.jsonl"  tasks: [t] }\nstage s { optimizer: adamw(rate: 1e-3)  epochs: 1 }\n`;
  const error = compile(text).diagnostics.find(({ severity }) => severity === "error");
  if (!error) throw new Error(`${through} of ${kind} has no error`);
  return {
    at: error.at.file === "model.mtl" ? text.slice(error.at.start, error.at.end) : error.at.file,
    message: error.message,
    help: error.help ?? "",
  };
}

test.each<[keyof typeof modalities, string, string, string]>([
  ["text", "linear(4)", "linear(4)", "`embed(width)`"],
  ["text", "mlp(8, 4)", "mlp(8, 4)", "`embed(width) -> mean`"],
  ["text", "norm", "norm", "`embed(width)`"],
  ["text", "transformer(layers: 1, heads: 2)", "text", "`embed(width)`"],
  ["text", "", "linear(2)", "`embed(width) -> mean`"],
  ["text", "embed(8)", "linear(2)", "their `mean`"],
  ["table", "linear(4)", "linear(4)", "`as_vector`"],
  ["table", "mlp(8, 4)", "mlp(8, 4)", "`as_vector`"],
  ["table", "mean", "table", "`embed_columns(width)`"],
  ["table", "", "linear(2)", "`as_vector`"],
  ["image", "linear(4)", "linear(2)", "`patches(size)`"],
  ["image", "embed(8)", "image", "`patches(size)`"],
  ["image", "mean", "image", "`as_tokens`"],
  ["video", "", "linear(2)", "`tubelets(size)`"],
  ["video", "embed(8)", "video", "`tubelets(size)`"],
  ["series", "embed(8)", "series", "`linear(width)`"],
  ["series", "linear(8)", "linear(2)", "their `mean`"],
  ["vector", "mean", "vector", "as it is"],
  ["vector", "embed(8)", "vector", "`linear(width)`"],
])("%s -> %s points at the user's %s, and names %s", (kind, through, place, way) => {
  const { at, message, help } = errorOf(kind, through);
  expect(at).toBe(place);
  expect(help).toContain(way);
  // The message does not mention ops that the block itself calls, since the user did not write them.
  expect(message).not.toMatch(/matmul|layer_normalise/u);
});
