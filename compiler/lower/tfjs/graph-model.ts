import type { DType, Shape } from "../../graph/graph.ts";

/**
 * The parts of tfjs's GraphModel format that a lowered graph needs: a TensorFlow `GraphDef` (`graph.proto`,
 * `node_def.proto`, `attr_value.proto`) in protobuf's JSON mapping, and tfjs's manifest of weights (`tfjs-core`,
 * `io/types.ts`). int64 is a string in that mapping.
 */

/** Data types of tfjs, which has no bytes. */
export type TfjsType = "float32" | "int32" | "bool";
export type DataType = "DT_FLOAT" | "DT_INT32" | "DT_BOOL";

interface ShapeProto {
  readonly dim: readonly { readonly size: string }[];
}

export type AttrValue =
  | { readonly type: DataType }
  | { readonly shape: ShapeProto }
  | { readonly i: string }
  | { readonly b: boolean }
  /** tfjs stores the data in the shards. */
  | { readonly tensor: { readonly dtype: DataType; readonly tensorShape: ShapeProto } };

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

export interface TensorInfo {
  /** `NODE:0`. */
  readonly name: string;
  readonly dtype: DataType;
  readonly tensorShape: ShapeProto;
}

export interface WeightEntry {
  /** Name of the `Const` node. */
  readonly name: string;
  readonly shape: number[];
  readonly dtype: TfjsType;
}

export interface ModelJson {
  readonly format: "graph-model";
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly modelTopology: {
    readonly node: readonly NodeDef[];
    readonly versions: { readonly producer: number; readonly minConsumer: number };
  };
  readonly signature: {
    readonly inputs: Readonly<Record<string, TensorInfo>>;
    readonly outputs: Readonly<Record<string, TensorInfo>>;
  };
  readonly weightsManifest: { paths: string[]; weights: WeightEntry[] }[];
}

/** Bytes become int32, which represents them exactly. */
export const TFJS_TYPE: { readonly [Type in DType]: TfjsType } = {
  float32: "float32",
  int32: "int32",
  uint8: "int32",
  bool: "bool",
};
export const DATA_TYPE: { readonly [Type in DType]: DataType } = {
  float32: "DT_FLOAT",
  int32: "DT_INT32",
  uint8: "DT_INT32",
  bool: "DT_BOOL",
};

export function shapeProto(shape: Shape): ShapeProto {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}
