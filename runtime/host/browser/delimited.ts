import { CsvError, parse } from "csv-parse/browser/esm/sync";
import type * as node from "../delimited.ts";
import type { DelimitedRecord } from "../delimited.ts";

export { CsvError };
export type { DelimitedRecord };

/** The table is in memory anyway, so that it is parsed at once. */
export const parseDelimited: typeof node.parseDelimited = async function* (text, options) {
  let whole = "";
  for await (const piece of text) whole += piece;
  yield* parse(whole, { ...options, info: true }) as unknown as readonly DelimitedRecord[];
};
