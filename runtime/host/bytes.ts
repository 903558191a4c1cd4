/** Bytes with conversions to text and numbers. */
export { Buffer } from "node:buffer";
