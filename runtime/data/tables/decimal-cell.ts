import { keepsDigits } from "../cells/exact-json.ts";

/** A cell of a column of decimals, or of lists of them, that are stored as whole numbers: a number where that has all of its digits, else their text. */
export function decimalCell(stored: unknown, scale: number): unknown {
  if (stored === null || stored === undefined) return stored;
  if (stored instanceof Uint8Array) return decimalOf(signedInteger(stored), scale);
  if (typeof stored === "number" || typeof stored === "bigint") return decimalOf(BigInt(stored), scale);
  if (Symbol.iterator in Object(stored))
    return Array.from(stored as Iterable<unknown>, (each) => decimalCell(each, scale));
  return Object.fromEntries(Object.entries(stored).map(([key, each]) => [key, decimalCell(each, scale)]));
}

/** Of so many hundredths, say. */
export function decimalOf(unscaled: bigint, scale: number): number | string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const [whole, part] =
    scale > 0 ? [digits.slice(0, -scale), digits.slice(-scale).replace(/0+$/, "")] : [digits + "0".repeat(-scale), ""];
  const text = `${unscaled < 0n ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`;
  return keepsDigits(text) ? Number(text) : text;
}

/** Two's complement, the highest byte first. */
function signedInteger(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
}
