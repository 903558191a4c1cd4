import { Buffer } from "../../host/bytes.ts";
import { keepsDigits } from "../cells/exact-json.ts";

/**
 * Converts a cell of decimals, or of lists of them, that are stored as integers: to a number if that keeps all digits,
 * else to text.
 */
export function decimalCell(stored: unknown, scale: number): unknown {
  if (stored === null || stored === undefined) return stored;
  if (stored instanceof Uint8Array) return decimalOf(signedInteger(stored), scale);
  if (typeof stored === "number" || typeof stored === "bigint") return decimalOf(BigInt(stored), scale);
  if (Symbol.iterator in Object(stored))
    return Array.from(stored as Iterable<unknown>, (each) => decimalCell(each, scale));
  return Object.fromEntries(Object.entries(stored).map(([key, each]) => [key, decimalCell(each, scale)]));
}

/** The decimal `unscaled · 10⁻ˢᶜᵃˡᵉ`, as a number or as text. */
export function decimalOf(unscaled: bigint, scale: number): number | string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const [whole, part] =
    scale > 0 ? [digits.slice(0, -scale), digits.slice(-scale).replace(/0+$/, "")] : [digits + "0".repeat(-scale), ""];
  const text = `${unscaled < 0n ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`;
  return keepsDigits(text) ? Number(text) : text;
}

/** A big-endian integer in two's complement. */
function signedInteger(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString("hex")}`));
}
