import { createSHA256 } from "hash-wasm";
import type * as node from "../hashing.ts";
import type { Sha256 } from "../hashing.ts";

export type { Sha256 };

export const randomUUID: typeof node.randomUUID = () => crypto.randomUUID();

const encoder = new TextEncoder();

/** The library turns a text into bytes more slowly than the browser does. */
const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? encoder.encode(content) : content;

/** There is one hasher, which is made when the module is loaded, so that hashing is synchronous: a hash is its saved state. */
const hasher = await createSHA256();
const beginning = hasher.init().save();

class SavedSha256 implements Sha256 {
  #state: Uint8Array;

  constructor(state: Uint8Array) {
    this.#state = state;
  }

  update(content: string | Uint8Array): Sha256 {
    this.#state = hasher.load(this.#state).update(bytesOf(content)).save();
    return this;
  }

  copy(): Sha256 {
    return new SavedSha256(this.#state);
  }

  digest(): string {
    return hasher.load(this.#state).digest("hex");
  }
}

export const createSha256: typeof node.createSha256 = () => new SavedSha256(beginning);

export const sha256: typeof node.sha256 = (content) => hasher.init().update(bytesOf(content)).digest("hex");
