import { type Shape, type TensorType, sameShape } from "../../graph/graph.ts";
import type { TfjsEmitter } from "./emitter.ts";
import { DATA_TYPE } from "./graph-model.ts";
import type { TfjsTarget } from "./target.ts";

/** A value with the name of the node that outputs it. */
export interface Named extends TensorType {
  readonly name: string;
}

/** Emits nodes that broadcast a value to a shape. */
export function broadcast(emitter: TfjsEmitter, { broadcasts }: TfjsTarget, value: Named, shape: Shape): string {
  if (sameShape(value.shape, shape)) return value.name;
  const spread =
    broadcasts === "multiplied" && value.dtype !== "uint8" && value.dtype !== "int32" ? multiplied[value.dtype] : tiled;
  return spread(emitter, value.name, shape);
}

function tiled(emitter: TfjsEmitter, name: string, shape: Shape): string {
  return emitter.node("BroadcastTo", [name, emitter.integers(shape)]);
}

/** Broadcasts by multiplying with ones. For large integers this would not be exact. */
const multiplied = {
  float32: (emitter: TfjsEmitter, name: string, shape: Shape): string => {
    const ones = emitter.node("Fill", [emitter.integers(shape), emitter.float(1)], { T: { type: DATA_TYPE.float32 } });
    return emitter.node("Mul", [ones, name]);
  },
  bool: (emitter: TfjsEmitter, name: string, shape: Shape): string => {
    const numbers = emitter.node("Cast", [name], { DstT: { type: DATA_TYPE.float32 } });
    return emitter.node("NotEqual", [multiplied.float32(emitter, numbers, shape), emitter.float(0)]);
  },
};
