import { createReadStream, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { RawExample, TrainedModel } from "../../runtime/index.ts";
import { UserError } from "../../runtime/user-error.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import type { Io } from "./io.ts";

export interface ExampleSources {
  readonly files: readonly string[];
  /** `name=value`, which together are one example. */
  readonly inputs: readonly string[];
}

/** Examples for a model, from whichever source was given; from JSON Lines on stdin where none was. */
export async function* readExamples(model: Pick<TrainedModel, "modalities">, { files, inputs }: ExampleSources, { stdin, cwd }: Io): AsyncGenerator<RawExample> {
  if (files.length > 0 && inputs.length > 0) throw new UserError("usage", "Files and --input cannot be mixed.", "Give each example as files, or one example by --input.");
  if (inputs.length > 0) {
    yield Object.fromEntries(inputs.map((input) => splitInput(input, model)));
    return;
  }
  for (const file of files) {
    if (/\.(jsonl|ndjson)$/i.test(file)) yield* readLines(openText(resolve(cwd, file), file), model, file);
    else yield readSingle(file, model, cwd);
  }
  if (files.length > 0) return;
  if (stdin.isTTY === true) throw new UserError("usage", "There is nothing to predict from.", "Name files, give --input NAME=VALUE, or pipe JSON Lines to stdin.");
  yield* readLines(stdin, model, "stdin");
}

/** How a value is given on a command line, and what a file that is one value holds. */
const written: { readonly [Kind in ResolvedModality["kind"]]: "file" | "text" | "json" } = { image: "file", text: "text", table: "json", audio: "file", video: "file", regions: "file", series: "json", tensor: "json" };

function splitInput(input: string, { modalities }: Pick<TrainedModel, "modalities">): readonly [string, unknown] {
  const at = input.indexOf("=");
  const name = input.slice(0, Math.max(at, 0));
  const modality = modalities[name];
  if (modality === undefined) throw new UserError("usage", `"--input ${input}" names no modality of the model.`, `Write --input NAME=VALUE; names are ${Object.keys(modalities).join(", ")}.`);
  const value = input.slice(at + 1);
  return [name, written[modality.kind] === "json" ? parseJson(value, `--input ${name}`) : value];
}

/** A file that is itself the one modality of the model: a picture, a text, or numbers as JSON. */
function readSingle(file: string, { modalities }: Pick<TrainedModel, "modalities">, cwd: string): RawExample {
  const [only, ...others] = Object.entries(modalities);
  if (only === undefined || others.length > 0) {
    throw new UserError("usage", `The model has several modalities, so "${file}" alone is no example.`, `Write ${Object.keys(modalities).map((name) => `--input ${name}=…`).join(" ")}.`);
  }
  const [name, modality] = only;
  const path = resolve(cwd, file);
  if (written[modality.kind] === "file") return { [name]: path };
  const text = readText(path, file);
  return { [name]: written[modality.kind] === "text" ? text : parseJson(text, file) };
}

/** An object a line; where the model has one modality, its value alone will do. */
async function* readLines(stream: NodeJS.ReadableStream, { modalities }: Pick<TrainedModel, "modalities">, source: string): AsyncGenerator<RawExample> {
  const names = Object.keys(modalities);
  let line = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === "") continue;
    const value = parseJson(text, `${source}, line ${line},`);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) yield value as RawExample;
    else if (names.length === 1 && names[0] !== undefined) yield { [names[0]]: value };
    else throw new UserError("data", `${source}, line ${line}, is not an object.`, `Write an object with ${names.join(", ")} on each line.`);
  }
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UserError("data", `${source} is not JSON.`, "Each line is one JSON value.", { cause });
  }
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError("data", `The file "${file}" cannot be read.`, "Look whether it is there.", { cause });
  }
}

/** Opening is checked at once: a stream would fail only while it is read. */
function openText(path: string, file: string): NodeJS.ReadableStream {
  readText(path, file);
  return createReadStream(path);
}
