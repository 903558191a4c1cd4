import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import type { modalities } from "../../compiler/schema/modalities.ts";
import { modalityKinds } from "../../compiler/schema/modality-kinds.ts";

const examples: { readonly [Kind in keyof typeof modalities]: string } = {
  image: "image(8, 8, 3)",
  video: "video(frames: 2, height: 8, width: 8)",
  regions: "regions(max_regions: 2, width: 8)",
  audio: "audio(seconds: 1)",
  text: "text(max_length: 8, tokenizer: characters)",
  table: 'table(numeric: ["a"])',
  series: "series(steps: 4)",
  tensor: "tensor([3])",
};

test.each(Object.entries(examples))("%s becomes a stream of the declared kind", (kind, written) => {
  const text = `model m\nmodality x: ${written}\nstream s = x -> identity\n`;
  const { files, notes } = compileProgram({
    entry: "m.mtl",
    host: createMemoryHost({ "m.mtl": text }),
    until: "shapes",
  });
  const stream = files.get("m.mtl")?.tree.declarations.find((declaration) => declaration.kind === "Stream");
  const values = stream ? notes.valuesOf(stream.value) : [];
  const found = values.flatMap((value) => (value.kind === "stream" ? [value.stream] : []));
  // The kind of a tensor depends on its number of axes.
  expect(found).toEqual([kind === "tensor" ? "vector" : modalityKinds[kind]]);
});
