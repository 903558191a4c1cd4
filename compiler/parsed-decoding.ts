import { createMemoryHost } from "./host.ts";
import { compileProgram } from "./program.ts";
import type { ResolvedDecoding } from "./schema/resolved.ts";

/** A decoding with every default, or what is wrong in it. */
export type ParsedDecoding =
  { readonly decoding: ResolvedDecoding } | { readonly problem: string; readonly help: string | undefined };

/** Parses a decoding as it is written in a specification: `beam(width: 8)`. */
export function parsedDecoding(written: string): ParsedDecoding {
  const file = "decoding";
  const text = `model decoding
modality said: text(max_length: 4, tokenizer: characters(8), separators: after)
task say { from: said -> embed(4)  head: linear(8)  target: sequence(said, decode: ${written}) }
`;
  const { diagnostics, specification } = compileProgram({
    entry: file,
    host: createMemoryHost({ [file]: text }),
    until: "shapes",
  });
  const target = specification?.tasks["say"]?.target;
  const [problem] = diagnostics.filter(({ severity }) => severity === "error");
  if (problem) return { problem: problem.message, help: problem.help };
  return target?.kind === "sequence" ? { decoding: target.decode } : { problem: "It is no decoding.", help: undefined };
}
