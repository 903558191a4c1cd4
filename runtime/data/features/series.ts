import { counted } from "../../../compiler/counted.ts";
import { channelsOf, featuresOfModality } from "../../../compiler/features/features.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { FeatureReader, ModalityOf } from "./feature-reader.ts";
import { jsonCell } from "./json-cell.ts";

/** `[steps, channels]`, flattened, with NaN for missing values. */
type Steps = Float64Array;

/**
 * Reads a time series as float32 `[steps, channels]`, with its mask. Named channels are columns, each a list over time;
 * otherwise one column holds a list of steps, or several columns hold one step each. A step without any value is
 * masked, and so is the padding.
 */
export function seriesReader(
  name: string,
  modality: ModalityOf<"series">,
  { numbersBeforeStandardising: keptAs }: Pick<Rules, "numbersBeforeStandardising">,
): FeatureReader<Steps> {
  const channels = channelsOf(modality);
  const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    standardised: { features: [name], keptAs },
    isMissing: (value, presence) => {
      if (isEmpty(value) || typeof value !== "object") return isEmpty(value);
      const cells = Object.values(value ?? {});
      // A series without steps is a value, as empty text is, but counts as missing where it is optional.
      return cells.every(isEmpty) && (cells.length > 0 || presence === "optional");
    },
    parse: (value) => {
      const steps =
        typeof modality.channels === "number" ? stepsOf(value, channels) : transposed(value, modality.channels);
      const kept = modality.keep === "last" ? steps.slice(-modality.steps) : steps.slice(0, modality.steps);
      return Float64Array.from(kept.flat());
    },
    encode: (values, [slot, mask]) => {
      slot?.set(values);
      for (let step = 0; step < values.length / channels; step++) {
        if (mask && values.subarray(step * channels, (step + 1) * channels).some((value) => !Number.isNaN(value)))
          mask[step] = 1;
      }
    },
  };
}

/** A list of steps: each is a list of numbers, or a single number if there is one channel. */
function stepsOf(value: unknown, channels: number): readonly (readonly number[])[] {
  const steps = jsonCell(value, "a list of steps");
  if (!Array.isArray(steps)) throw new UnreadableValue("it is not a list of steps");
  return steps.map((cell: unknown, index) => {
    const step =
      typeof cell === "string" && cell.trim() === ""
        ? null
        : typeof cell === "string" && cell.trim().startsWith("[")
          ? jsonCell(cell, `a list of numbers at step ${index + 1}`)
          : cell;
    const numbers: readonly unknown[] = Array.isArray(step)
      ? step
      : step === null && channels > 1
        ? Array.from({ length: channels }, () => null)
        : [step];
    if (numbers.length !== channels)
      throw new UnreadableValue(
        `step ${index + 1} has ${counted(numbers.length, "channel")} where ${channels} ${channels === 1 ? "is" : "are"} declared`,
      );
    return numbers.map((number) => numberOf(number, `step ${index + 1}`));
  });
}

/** The steps of a list over time for each named channel, given in their order or by name. */
function transposed(value: unknown, names: readonly string[]): readonly (readonly number[])[] {
  const given = jsonCell(value, "a list for each channel");
  const lists = Array.isArray(given)
    ? names.length === 1 && !Array.isArray(given[0]) && typeof given[0] !== "string"
      ? [given]
      : given
    : typeof given === "object" && given !== null
      ? names.map((name) => (given as { readonly [channel: string]: unknown })[name])
      : undefined;
  if (lists?.length !== names.length)
    throw new UnreadableValue(
      `it has ${lists ? counted(lists.length, "channel") : "no channels"} where ${names.length} ${names.length === 1 ? "is" : "are"} declared: ${names.join(", ")}`,
    );
  const columns = lists.map((cell: unknown, index): readonly number[] => {
    const list = jsonCell(cell, `a list of numbers (${names[index]})`);
    if (!Array.isArray(list)) throw new UnreadableValue(`${names[index]}: it is not a list of numbers`);
    return list.map((number: unknown, step) => numberOf(number, `${names[index]}, step ${step + 1}`));
  });
  const [length = 0] = columns.map((column) => column.length);
  const other = columns.findIndex((column) => column.length !== length);
  if (other >= 0)
    throw new UnreadableValue(
      `${names[other]} has ${counted(columns[other]?.length ?? 0, "step")} where ${names[0]} has ${length}`,
    );
  return Array.from({ length }, (_, step) => columns.map((column) => column[step] ?? Number.NaN));
}

function numberOf(value: unknown, place: string): number {
  return value === null || value === undefined || Number.isNaN(value) ? Number.NaN : cellNumber(value, `${place}: `);
}
