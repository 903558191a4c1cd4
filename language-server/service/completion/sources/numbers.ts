import { type ParameterType, parameterType } from "../../../../compiler/resolve/parameter-type.ts";
import { unitsOf } from "../../../../compiler/elaborate/units.ts";
import type { ValueType } from "../../../../compiler/schema/types.ts";
import type { Draft } from "../completion-item.ts";
import { type Expected, typesWithin } from "../expected.ts";
import type { Source } from "../request.ts";

/** Numbers as they are usually written for a type, with their units. After digits, the units that the number can have. */
export const numbers: Source = ({ slot: { value, names }, word }) => {
  if (!value) return [];
  const types = numericTypes(value);
  const digits = /^\d[\d.]*/u.exec(word)?.[0];
  const written = types.flatMap((type) =>
    digits === undefined ? examplesOf(type) : unitsFor(type).map((unit) => `${digits}${unit}`),
  );
  const usual = value.kind === "option" && types.length > 0 ? value.definition?.default : undefined;
  const examples = typeof usual === "object" || usual === undefined || digits !== undefined ? [] : [String(usual)];
  return [
    ...examples.map((label) => ({ label, kind: "value", rank: names ? 2 : 0, detail: "default" }) satisfies Draft),
    ...[...new Set(written)].map((label) => ({ label, kind: "value", rank: names ? 2 : 1 }) satisfies Draft),
  ];
};

type NumericType = Extract<
  ValueType | ParameterType,
  { readonly kind: "int" | "number" | "rate" | "duration" | "part" }
>;

function numericTypes(expected: Expected): readonly NumericType[] {
  const types: readonly (ValueType | ParameterType | undefined)[] =
    expected.kind === "option"
      ? typesWithin(expected.type)
      : expected.kind === "typed"
        ? expected.types.map(parameterType).map((type) => (type?.kind === "optional" ? type.inner : type))
        : [];
  return types.filter((type) => type !== undefined && isNumeric(type));
}

function isNumeric(type: ValueType | ParameterType): type is NumericType {
  return ["int", "number", "rate", "duration", "part"].includes(type.kind);
}

function unitsFor(type: NumericType): readonly string[] {
  if (type.kind === "rate" || type.kind === "duration" || type.kind === "part") return ["%"];
  return "measure" in type && type.measure ? unitsOf(type.measure) : type.kind === "int" ? ["k", "M"] : [];
}

const usual: { readonly [kind: string]: readonly string[] } = {
  rate: ["10%", "50%"],
  duration: ["5%", "10%", "500"],
  part: ["1%", "10%", "64"],
  time: ["25ms", "10s"],
  bytes: ["200MB", "1GB"],
  frequency: ["16kHz"],
};

function examplesOf(type: NumericType): readonly string[] {
  if ("measure" in type && type.measure) return usual[type.measure] ?? [];
  return usual[type.kind] ?? (type.kind === "number" ? ["1e-3"] : []);
}
