/** The parts of the Open Inference Protocol, version 2 (REST), that are spoken here. */

/** The types of tensor elements. */
export const datatypes = [
  "BOOL",
  "UINT8",
  "UINT16",
  "UINT32",
  "UINT64",
  "INT8",
  "INT16",
  "INT32",
  "INT64",
  "FP16",
  "FP32",
  "FP64",
  "BYTES",
] as const;

export type Datatype = (typeof datatypes)[number];

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  /** −1 is a size that may differ from request to request. */
  readonly shape: readonly number[];
  readonly parameters?: { readonly [name: string]: unknown };
}

export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** An element of a tensor; `null` where a value is missing. One of the type BYTES is a text, or its bytes where the tensor came in binary form. */
export type Element = number | boolean | string | Uint8Array | null;

/** Elements in one list, row-major; those of UINT8 may be the bytes that came. */
export type Elements = readonly Element[] | Uint8Array;

/** A tensor of a request. */
export interface InputTensor extends TensorMetadata {
  readonly data: Elements;
}

/** A tensor of a response. */
export interface OutputTensor extends TensorMetadata {
  readonly datatype: "BYTES" | "FP32" | "FP64";
  readonly data: readonly Element[];
}

export interface InferenceResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string;
  readonly outputs: readonly OutputTensor[];
}
