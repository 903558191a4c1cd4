import { cellNumber } from "../cell-number.ts";
import type { TargetReader } from "./target-reader.ts";

/** `float32 []`. */
export const number: TargetReader = {
  namesIn: () => [],
  encode: (value, _classes, slot) => {
    slot[0] = cellNumber(value);
  },
};
