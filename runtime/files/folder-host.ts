import { realpathSync } from "../host/files.ts";
import { isInside, portableRelative } from "../host/portable-path.ts";
import type { Host } from "../../compiler/host.ts";
import { largestSpecification } from "../../compiler/limits.ts";
import { createNodeHost } from "./node-host.ts";
import { readRegularSync } from "./regular-file.ts";
import { type FileHashes, requireHash } from "./file-hashes.ts";

/** The files of a model's folder and no others: what it imports from elsewhere is as if it were not there. Where hashes are known, a file that has another is an error. */
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
