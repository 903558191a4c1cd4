import type { Dimension, Space } from "../space.ts";

type PythonValue = string | number | null | readonly PythonValue[] | { readonly [name: string]: PythonValue };

/** A value as Python writes it. Strings and numbers are written as in JSON. */
export function pythonValue(value: PythonValue): string {
  if (value === null) return "None";
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(pythonValue).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([name, each]) => `${JSON.stringify(name)}: ${pythonValue(each)}`)
    .join(", ")}}`;
}

function isList(value: object): value is readonly PythonValue[] {
  return Array.isArray(value);
}

/** The entries of a dictionary of Python, one a line: the name of a dimension and an expression. */
export function pythonSpace(space: Space, expressionOf: (dimension: Dimension) => string): string {
  return space.map((dimension) => `    ${pythonValue(dimension.name)}: ${expressionOf(dimension)},`).join("\n");
}

/** The units that follow numbers: a dimension whose numbers have none is left out. */
export function unitsOf(space: Space): Readonly<Record<string, string>> {
  return Object.fromEntries(
    space.flatMap(({ name, values }) => (values.kind === "range" && values.unit !== "" ? [[name, values.unit]] : [])),
  );
}
