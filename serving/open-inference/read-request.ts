import type { RawExample } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";
import { isRecord } from "../inputs/raw-values.ts";
import type { OpenInput } from "./open-inputs.ts";
import { BinaryReader, type InferenceBody } from "./binary-body.ts";
import type { InputTensor } from "./protocol.ts";
import { readTensor } from "./read-tensor.ts";

/** A request of the protocol: examples, and the names of the tensors that are wanted. */
export interface InferenceRequest {
  readonly id?: string;
  readonly examples: readonly RawExample[];
  /** All outputs if it is `undefined`. */
  readonly outputs?: readonly string[];
  /** True if an output of this name is wanted in binary form. */
  readonly isBinary: (output: string) => boolean;
}

/**
 * Reads a request for a model with these inputs.
 *
 * @throws RequestFailure with what is wrong.
 */
export function readInferenceRequest(
  { json: body, binary }: InferenceBody,
  inputs: readonly OpenInput[],
  mostExamples: number,
): InferenceRequest {
  if (!isRecord(body) || !Array.isArray(body["inputs"]))
    throw wrong("The body is not an object with a list of `inputs`");
  const { id, outputs } = body;
  if (id !== undefined && (typeof id !== "string" || id.length > 256)) throw wrong("The `id` is no text");
  if (body["inputs"].length > inputs.length)
    throw wrong(
      `The request has ${body["inputs"].length} inputs, and the model takes ${inputs.length}`,
      namesOf(inputs),
    );
  const reader = new BinaryReader(binary);
  const tensors = body["inputs"].map((tensor, index) => readTensor(tensor, index, reader));
  reader.end();
  const rows = tensors[0]?.shape[0] ?? 0;
  if (rows < 1) throw wrong("The request has no examples");
  if (rows > mostExamples)
    throw new RequestFailure("too_large", `The request has ${rows} examples; at most ${mostExamples} are allowed.`);
  const columns = tensors.map((tensor, index) => ({ tensor, input: inputOf(tensor, inputs), index }));
  for (const { tensor, input, index } of columns) {
    if (tensors.findIndex(({ name }) => name === tensor.name) !== index)
      throw wrong(`The input ${input.name} is given twice`);
    requireFitting(tensor, input, rows);
  }
  return {
    ...(id === undefined ? {} : { id }),
    examples: Array.from({ length: rows }, (_, row) => exampleAt(row, columns)),
    ...outputsOf(outputs, flagOf(body["parameters"], "binary_data_output") ?? false),
  };
}

function inputOf({ name }: InputTensor, inputs: readonly OpenInput[]): OpenInput {
  const input = inputs.find((each) => each.name === name);
  if (!input) throw wrong(`The model has no input ${JSON.stringify(name.slice(0, 80))}`, namesOf(inputs));
  return input;
}

function namesOf(inputs: readonly OpenInput[]): string {
  return `Its inputs are: ${inputs.map(({ name }) => name).join(", ")}.`;
}

function requireFitting({ name, shape, datatype }: InputTensor, input: OpenInput, rows: number): void {
  if (!input.accepts.includes(datatype))
    throw wrong(`The input ${name} has the datatype ${datatype}`, `It may be ${input.accepts.join(", ")}.`);
  const wanted = input.alsoShape?.[datatype] ?? input.shape;
  // Clients often have columns, [n, 1], where the protocol's examples have vectors, [n].
  const own = shape.length === wanted.length + 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  const fits = own.length === wanted.length && own.every((size, axis) => wanted[axis] === -1 || wanted[axis] === size);
  if (!fits)
    throw wrong(`The input ${name} has the shape [${shape.join(", ")}]`, `It should be [${wanted.join(", ")}].`);
  if (shape[0] !== rows) throw wrong(`The input ${name} has ${shape[0]} rows, and the first input has ${rows}`);
}

interface Column {
  readonly tensor: InputTensor;
  readonly input: OpenInput;
}

/** The example that a row of all tensors is. The columns of a table are one value. */
function exampleAt(row: number, columns: readonly Column[]): RawExample {
  const values = new Map<string, unknown>();
  const tables = new Map<string, [column: string, cell: unknown][]>();
  for (const { tensor, input } of columns) {
    const [rows = 1, ...shape] = tensor.shape;
    const width = tensor.data.length / rows;
    const elements = tensor.data.slice(row * width, (row + 1) * width);
    const value = input.read({ elements, shape, datatype: tensor.datatype });
    if (input.column === undefined) values.set(input.modality, value);
    else tables.set(input.modality, [...(tables.get(input.modality) ?? []), [input.column, value]]);
  }
  for (const [modality, cells] of tables) values.set(modality, Object.fromEntries(cells));
  return Object.fromEntries(values);
}

/** The outputs that are wanted, and which of them as bytes: an output's own parameter prevails over that of the request. */
function outputsOf(outputs: unknown, isBinaryByDefault: boolean): Pick<InferenceRequest, "outputs" | "isBinary"> {
  if (outputs === undefined) return { isBinary: () => isBinaryByDefault };
  if (!Array.isArray(outputs)) throw wrong("The `outputs` are not a list");
  const binary = new Map(
    outputs.map((output: unknown) => {
      if (!isRecord(output) || typeof output["name"] !== "string") throw wrong("An output has no name");
      return [output["name"], flagOf(output["parameters"], "binary_data") ?? isBinaryByDefault] as const;
    }),
  );
  return { outputs: [...binary.keys()], isBinary: (name) => binary.get(name) ?? false };
}

function flagOf(parameters: unknown, name: string): boolean | undefined {
  const flag = isRecord(parameters) ? parameters[name] : undefined;
  if (flag === undefined || typeof flag === "boolean") return flag;
  throw wrong(`The parameter ${name} is neither true nor false`);
}

function wrong(what: string, hint?: string): RequestFailure {
  return new RequestFailure("bad_request", `${what}.`, hint);
}
