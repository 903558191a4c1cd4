import { dirname, resolve } from "../host/paths.ts";
import { process } from "../host/machine.ts";
import type { Host } from "../../compiler/host.ts";
import { largestSpecification, limitsVariable } from "../../compiler/limits.ts";
import { readRegularSync } from "./regular-file.ts";

/** Files on disk, for `compileProgram` in Node. */
export function createNodeHost(): Host {
  return {
    readFile(path) {
      try {
        return readRegularSync(path, largestSpecification)
          .toString("utf8")
          .replace(/^\uFEFF/, "");
      } catch {
        return undefined;
      }
    },
    resolve: (from, path) => resolve(dirname(from), path),
    limits: () => process.env[limitsVariable] ?? "",
  };
}
