import { createHash, hash, randomUUID } from "node:crypto";

export { randomUUID };

/** A SHA-256 that is fed piece by piece. */
export interface Sha256 {
  update(content: string | Uint8Array): Sha256;
  /** A copy of the state: bytes that are added to one do not change the other. */
  copy(): Sha256;
  digest(encoding: "hex"): string;
}

export function createSha256(): Sha256 {
  return createHash("sha256");
}

/** The SHA-256 of a text (as UTF-8) or of bytes, as 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content, "hex");
}
