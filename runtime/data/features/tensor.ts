import { counted } from "../../../compiler/counted.ts";
import { featuresOfModality } from "../../../compiler/features/features.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { NumberGrid } from "../cells/number-grid.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { jsonCell } from "./json-cell.ts";

/** Reads `float32 [...shape]` from a list or nested lists of numbers; in CSV as JSON. */
export function tensorReader(name: string, modality: ModalityOf<"tensor">): FeatureReader<Float32Array> {
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    isMissing: (value) => value === undefined || value === null || value === "",
    parse: (value) => {
      if (value instanceof NumberGrid) return fromGrid(value, modality.shape);
      const numbers: number[] = [];
      flatten(
        value instanceof Float32Array ? [...value] : jsonCell(value, "a list of numbers"),
        modality.shape,
        numbers,
      );
      return Float32Array.from(numbers);
    },
    encode: (numbers, [slot]) => slot?.set(numbers),
  };
}

function fromGrid({ shape, data }: NumberGrid, wanted: readonly number[]): Float32Array {
  const [own, due] = [shape, wanted].map((each) => each.filter((length) => length !== 1).join(" × "));
  if (own !== due) throw new UnreadableValue(`it is ${shape.join(" × ")} where its shape says ${wanted.join(" × ")}`);
  return Float32Array.from(data, (number) => cellNumber(number));
}

function flatten(value: unknown, shape: readonly number[], into: number[]): void {
  const [length, ...inner] = shape;
  if (length === undefined) {
    into.push(cellNumber(value));
    return;
  }
  if (!Array.isArray(value)) throw new UnreadableValue(`it is not a list of ${length}, as its shape says`);
  if (value.length !== length)
    throw new UnreadableValue(`it has ${counted(value.length, "element")} where its shape says ${length}`);
  for (const element of value as readonly unknown[]) flatten(element, inner, into);
}
