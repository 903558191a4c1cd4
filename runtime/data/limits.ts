import { process } from "../host/machine.ts";
import { UserError } from "../user-error.ts";

interface Limit {
  /** The environment variable with which a user raises the limit. */
  readonly variable: string;
  readonly most: number;
}

/**
 * Limits on the memory that data may require, checked before anything is allocated, since a few bytes of a file can
 * announce gigabytes. Each is far above usual sizes; `docs/data.md` lists them.
 */
export const limits = {
  /** Pixels of a picture in its file, and of all pictures that are decoded at a time. */
  pixels: { variable: "MTL_MOST_PIXELS", most: 2 ** 26 },
  /** Levels of nested lists and objects in JSON. */
  depth: { variable: "MTL_MOST_DEPTH", most: 100 },
  /** Characters of a line, or of a row of CSV. */
  line: { variable: "MTL_MOST_LINE", most: 2 ** 28 },
  /** Characters of a text whose tokenizer processes it as a whole. */
  text: { variable: "MTL_MOST_TEXT", most: 2 ** 20 },
  /** Bytes of a file that is read as a whole, after decompression. */
  bytes: { variable: "MTL_MOST_BYTES", most: 2 ** 31 },
  /** Columns of a table. */
  columns: { variable: "MTL_MOST_COLUMNS", most: 100_000 },
  /** Rows that the header of a columnar file announces. */
  rows: { variable: "MTL_MOST_ROWS", most: 2 ** 26 },
} as const satisfies { readonly [kind: string]: Limit };

export type LimitKind = keyof typeof limits;

export function limitOf(kind: LimitKind): number {
  const { variable, most } = limits[kind];
  const given = process.env[variable] ?? "";
  if (given === "") return most;
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UserError(
      "usage",
      `${variable} is "${given}", which is not a number of at least 1.`,
      `Write an integer; the default is ${most}.`,
    );
  return number;
}

/** Gives `more than 67108864 pixels; MTL_MOST_PIXELS=… allows more`. */
export function beyondLimit(kind: LimitKind, of: string): string {
  return `more than ${limitOf(kind)} ${of}; the environment variable ${limits[kind].variable} allows more`;
}
