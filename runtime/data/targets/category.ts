import { classIndex, className } from "./class-names.ts";
import type { TargetReader } from "./target-reader.ts";

/** `int32 []`: the index of the class. */
export const category: TargetReader = {
  namesIn: (value) => [className(value)],
  encode: (value, classes, slot) => {
    slot[0] = classIndex(className(value), classes);
  },
};
