import { cellNumber } from "../cells/cell-number.ts";
import type { TargetReader } from "./target-reader.ts";

/** `float64 []`, in the unit of the data: what metrics are measured in, and what is standardised for the graph. */
export const number: TargetReader = {
  namesIn: () => [],
  encode: (value, _classes, slot) => {
    slot[0] = cellNumber(value);
  },
};
