import { RequestFailure } from "../failure.ts";
import { isRecord } from "../inputs/raw-values.ts";
import type { BinaryReader } from "./binary-body.ts";
import { elementsOfBytes } from "./binary-elements.ts";
import { type Datatype, type Element, type Elements, type InputTensor, datatypes } from "./protocol.ts";

/**
 * Checks a tensor of a request. Its elements may be in one list, in nested ones, or binary.
 *
 * @throws RequestFailure with what is wrong.
 */
export function readTensor(value: unknown, index: number, binary: BinaryReader): InputTensor {
  const where = `inputs[${index}]`;
  if (!isRecord(value)) throw wrong(where, "is not an object with `name`, `shape`, `datatype` and `data`");
  const { name, shape, datatype, data } = value;
  if (typeof name !== "string") throw wrong(`${where}.name`, "is not a text");
  const of = `${where} (${JSON.stringify(name.slice(0, 80))})`;
  if (!isShape(shape)) throw wrong(`The shape of ${of}`, "is not a list of whole numbers");
  if (!isDatatype(datatype)) throw wrong(`The datatype of ${of}`, `is not one of ${datatypes.join(", ")}`);
  const size = isRecord(value["parameters"]) ? value["parameters"]["binary_data_size"] : undefined;
  if (size !== undefined && data !== undefined) throw wrong(of, "has both `data` and a `binary_data_size`");
  const elements =
    size === undefined ? flattened(data, shape, of) : decoded(binary.take(size, of), datatype, shape, of);
  const isElement = checks[datatype];
  const bad = elements instanceof Uint8Array ? -1 : elements.findIndex((each) => each !== null && !isElement(each));
  if (bad >= 0) throw wrong(`Element ${bad} of ${of}`, `is no ${datatype}`);
  return { name, shape, datatype, data: elements };
}

function decoded(bytes: Uint8Array, datatype: Datatype, shape: readonly number[], of: string): Elements {
  const found = elementsOfBytes(bytes, datatype, countOf(shape));
  if ("problem" in found) throw wrong(`The binary data of ${of}`, found.problem);
  return found.elements;
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The checks of elements by their types. */
const checks: { readonly [Type in Datatype]: (element: unknown) => boolean } = {
  BOOL: (element) => typeof element === "boolean",
  UINT8: wholeNumbers(0, 2 ** 8 - 1),
  UINT16: wholeNumbers(0, 2 ** 16 - 1),
  UINT32: wholeNumbers(0, 2 ** 32 - 1),
  UINT64: wholeNumbers(0, 2 ** 64),
  INT8: wholeNumbers(-(2 ** 7), 2 ** 7 - 1),
  INT16: wholeNumbers(-(2 ** 15), 2 ** 15 - 1),
  INT32: wholeNumbers(-(2 ** 31), 2 ** 31 - 1),
  INT64: wholeNumbers(-(2 ** 63), 2 ** 63),
  FP16: isFiniteNumber,
  FP32: isFiniteNumber,
  FP64: isFiniteNumber,
  BYTES: (element) => typeof element === "string" || element instanceof Uint8Array,
};

/** Whole numbers that a double cannot hold arrive as the text of their digits. */
function wholeNumbers(least: number, most: number): (element: unknown) => boolean {
  return (element) => {
    const number = typeof element === "string" && /^-?\d+$/u.test(element) ? Number(element) : element;
    return Number.isInteger(number) && (number as number) >= least && (number as number) <= most;
  };
}

function isFiniteNumber(element: unknown): boolean {
  return typeof element === "number" && Number.isFinite(element);
}

function isShape(shape: unknown): shape is readonly number[] {
  return (
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.length <= 8 &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function isDatatype(datatype: unknown): datatype is Datatype {
  return datatypes.some((each) => each === datatype);
}

/** The elements in one list. The number of elements that the shape announces is compared with those that are there, and nothing is allocated by it. */
function flattened(data: unknown, shape: readonly number[], of: string): readonly Element[] {
  if (!Array.isArray(data)) throw wrong(`The data of ${of}`, "is not a list");
  const count = countOf(shape);
  const elements = data.some(Array.isArray) ? unnested(data, shape, of) : data;
  if (elements.length !== count)
    throw wrong(
      `The data of ${of}`,
      `has ${elements.length} elements, and its shape [${shape.join(", ")}] has ${count}`,
    );
  return elements as readonly Element[];
}

function unnested(data: readonly unknown[], shape: readonly number[], of: string): readonly unknown[] {
  const [size, ...inner] = shape;
  if (size === undefined || data.length !== size) throw wrong(`The data of ${of}`, "is not nested as its shape says");
  if (inner.length === 0) return data;
  return data.flatMap((part) => {
    if (!Array.isArray(part)) throw wrong(`The data of ${of}`, "is not nested as its shape says");
    return unnested(part, inner, of);
  });
}

function wrong(what: string, how: string): RequestFailure {
  return new RequestFailure(
    "bad_request",
    `${what} ${how}.`,
    "GET the model's address for the names, types and shapes of its inputs.",
  );
}
