import { sha256 } from "../host/hashing.ts";
import { UserError } from "../user-error.ts";

/** SHA-256 of files by their paths in a folder, with `/`. */
export type FileHashes = { readonly [file: string]: string };

/** Throws if the content does not have the hash that a manifest lists. */
export function requireHash(path: string, expected: string | undefined, content: string | Uint8Array): void {
  if (expected === undefined || sha256(content) !== expected) throw notAsWritten(path);
}

function notAsWritten(path: string): UserError {
  return new UserError(
    "data",
    `${path} has changed since the model was trained.`,
    "Restore it. If it was changed on purpose, remove `files` and `seal` from the model.json next to it: the model is then used without checking hashes.",
  );
}
