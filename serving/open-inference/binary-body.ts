import { RequestFailure } from "../failure.ts";
import { readJson } from "../inputs/read-json.ts";
import { bytesOfElements } from "./binary-elements.ts";
import type { InferenceResponse } from "./protocol.ts";

/** The header that says how many bytes of a body are JSON; those behind it are tensors. */
export const jsonLengthHeader = "inference-header-content-length";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The body of a request: JSON, and the bytes of its binary tensors, in their order. */
export interface InferenceBody {
  readonly json: unknown;
  readonly binary: Uint8Array;
}

/**
 * Divides a body by the header. Without it, all of the body is JSON, and its type has to say so.
 *
 * @throws RequestFailure if the header is no length within the body, or its part is not JSON.
 */
export function readBody(bytes: Uint8Array, headers: Headers, mostDepth: number): InferenceBody {
  const header = headers[jsonLengthHeader];
  if (header === undefined && !/^application\/json\b/iu.test(String(headers["content-type"])))
    throw new RequestFailure(
      "unsupported",
      "The body is neither JSON nor has it binary tensors.",
      "Send application/json, or binary tensors behind JSON, whose length is in the header Inference-Header-Content-Length.",
    );
  const length = header === undefined ? bytes.length : lengthOf(header);
  if (length > bytes.length)
    throw new RequestFailure(
      "bad_request",
      `The header ${jsonLengthHeader} announces ${length} bytes of JSON, and the body has ${bytes.length} bytes.`,
    );
  return {
    json: readJson(bytes.subarray(0, length), mostDepth),
    binary: new Uint8Array(bytes.buffer, bytes.byteOffset + length, bytes.length - length),
  };
}

function lengthOf(header: unknown): number {
  if (typeof header === "string" && /^\d{1,15}$/u.test(header)) return Number(header);
  throw new RequestFailure("bad_request", `The header ${jsonLengthHeader} is no number of bytes.`);
}

/** Hands out the bytes behind the JSON, from the first to the last. Nothing is allocated by a size that a request announces. */
export class BinaryReader {
  #rest: Uint8Array;

  constructor(binary: Uint8Array) {
    this.#rest = binary;
  }

  /** @throws RequestFailure if so many bytes are not left. */
  take(size: unknown, of: string): Uint8Array {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
      throw new RequestFailure("bad_request", `The binary_data_size of ${of} is no number of bytes.`);
    if (size > this.#rest.length)
      throw new RequestFailure(
        "bad_request",
        `The binary_data_size of ${of} is ${size}, and the body has ${this.#rest.length} bytes left.`,
        "The bytes of the tensors follow the JSON, whose length is in the header Inference-Header-Content-Length.",
      );
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return taken;
  }

  /** @throws RequestFailure if bytes are left. */
  end(): void {
    if (this.#rest.length > 0)
      throw new RequestFailure("bad_request", `The body has ${this.#rest.length} bytes that belong to no input.`);
  }
}

/** A response with some of its outputs as bytes behind the JSON, whose length comes first. */
export function binaryResponse(
  { outputs, ...response }: InferenceResponse,
  isBinary: (output: string) => boolean,
): { readonly jsonLength: number; readonly body: Buffer } {
  const binary: Uint8Array[] = [];
  const written = outputs.map(({ data, ...output }) => {
    if (!isBinary(output.name)) return { ...output, data };
    const bytes = bytesOfElements(data, output.datatype);
    binary.push(bytes);
    return { ...output, parameters: { ...output.parameters, binary_data_size: bytes.length } };
  });
  const json = Buffer.from(JSON.stringify({ ...response, outputs: written }));
  return { jsonLength: json.length, body: Buffer.concat([json, ...binary]) };
}
