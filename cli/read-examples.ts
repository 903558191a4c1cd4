import { resolve } from "node:path";
import type { RowSource, TrainedModel } from "../runtime/index.ts";
import { exactJson } from "../runtime/data/cells/exact-json.ts";
import { inFiles, valueOfFile } from "../runtime/data/files/file-values.ts";
import { referencesFrom } from "../runtime/data/files/file-references.ts";
import { UserError } from "../runtime/user-error.ts";
import type { ResolvedModality } from "../compiler/schema/resolved.ts";
import type { Io } from "./io.ts";

export interface ExampleSources {
  readonly files: readonly string[];
  /** Values `name=value`, which together are one example. */
  readonly inputs: readonly string[];
  /** Values `name=path` of the same example. */
  readonly inputFiles: readonly string[];
}

/** False if no examples are named, and none can come by stdin. */
export function hasExamples({ files, inputs, inputFiles }: ExampleSources, { stdin }: Pick<Io, "stdin">): boolean {
  return files.length + inputs.length + inputFiles.length > 0 || stdin.isTTY !== true;
}

type Modalities = Pick<TrainedModel, "modalities">;

/** Examples for a model from the source that was given, or from JSON Lines on stdin. */
export async function readExamples(
  model: Modalities,
  { files, inputs, inputFiles }: ExampleSources,
  { stdin, cwd }: Io,
): Promise<RowSource> {
  const isOne = inputs.length + inputFiles.length > 0;
  if (files.length > 0 && isOne)
    throw new UserError(
      "usage",
      "Files and --input cannot be mixed.",
      "Give either examples as files, or one example with --input.",
    );
  if (files.length > 0) return { paths: files };
  if (isOne)
    return {
      example: {
        ...Object.fromEntries(inputs.map((input) => given(input, model))),
        ...Object.fromEntries(await Promise.all(inputFiles.map((input) => read(input, model, cwd)))),
      },
    };
  if (stdin.isTTY === true)
    throw new UserError(
      "usage",
      "There is nothing to predict from.",
      "Name files, give --input NAME=VALUE, or pipe JSON Lines to stdin.",
    );
  return { lines: stdin as AsyncIterable<Uint8Array | string>, name: "stdin" };
}

/** Converts a value of the command line: text, a path of a file to decode, or JSON of numbers and cells. */
function given(input: string, model: Modalities): readonly [string, unknown] {
  const [name, modality, value] = split("--input", input, model);
  return [name, inFiles[modality.kind] === "json" ? parseJson(value, `--input ${name}`) : value];
}

async function read(input: string, model: Modalities, cwd: string): Promise<readonly [string, unknown]> {
  const [name, modality, path] = split("--input-file", input, model);
  if (inFiles[modality.kind] === "name") return [name, path];
  const value = await valueOfFile(modality, path, referencesFrom(cwd)).catch((cause: Error) => {
    throw new UserError(
      "data",
      `The file of --input-file ${name} cannot be used: ${cause.message}.`,
      `It was expected at ${resolve(cwd, path)}.`,
      { cause },
    );
  });
  return [name, value];
}

function split(
  option: string,
  input: string,
  { modalities }: Modalities,
): readonly [name: string, modality: ResolvedModality, value: string] {
  const at = input.indexOf("=");
  const name = input.slice(0, Math.max(at, 0));
  const modality = Object.hasOwn(modalities, name) ? modalities[name] : undefined;
  if (modality === undefined)
    throw new UserError(
      "usage",
      `"${option} ${input}" is not a modality of the model.`,
      `Write ${option} NAME=VALUE; names are ${Object.keys(modalities).join(", ")}.`,
    );
  return [name, modality, input.slice(at + 1)];
}

function parseJson(text: string, source: string): unknown {
  try {
    return exactJson(text);
  } catch (cause) {
    throw new UserError("data", `${source} is not JSON.`, "Numbers and cells are written as JSON.", { cause });
  }
}
