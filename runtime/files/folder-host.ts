import type { Buffer } from "../host/bytes.ts";
import { realpathSync } from "../host/files.ts";
import { isInside, portableRelative } from "../host/portable-path.ts";
import type { Host } from "../../compiler/host.ts";
import { largestSpecification } from "../../compiler/limits.ts";
import { createNodeHost } from "./node-host.ts";
import { readRegularSync } from "./regular-file.ts";
import { type FileHashes, requireHash } from "./file-hashes.ts";

/**
 * A host of the files in a model's folder only: files that it imports from elsewhere count as missing. If hashes are
 * known, a file with another hash is an error.
 */
export function folderHost(folder: string, hashes: FileHashes | undefined): Host {
  const node = createNodeHost();
  return {
    ...node,
    readFile(path) {
      const bytes = bytesInside(folder, path);
      if (hashes && bytes) requireHash(path, hashes[portableRelative(folder, path)], bytes);
      return bytes?.toString("utf8").replace(/^\uFEFF/, "");
    },
  };
}

function bytesInside(folder: string, path: string): Buffer | undefined {
  try {
    return isInside(realpathSync(folder), realpathSync(path)) ? readRegularSync(path, largestSpecification) : undefined;
  } catch {
    return undefined;
  }
}
