import { readFileSync } from "./host/files.ts";
import { join } from "./host/paths.ts";
import { packageRoot } from "./host/package-root.ts";

/** The version of this package. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}
