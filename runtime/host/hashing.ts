import { createHash, hash, randomUUID } from "node:crypto";

export { randomUUID };

/** A SHA-256 that is fed piece by piece. */
export interface Sha256 {
  update(content: string | Uint8Array): Sha256;
  /** The same state once more: what is added to one does not change the other. */
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
