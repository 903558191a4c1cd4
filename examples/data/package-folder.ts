import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** Finds the folder of an installed npm package. `require.resolve` does not see files that the package does not export. */
export function packageFolder(name: string): string {
  const folder = (require.resolve.paths(name) ?? [])
    .map((modules) => join(modules, name))
    .find((each) => existsSync(join(each, "package.json")));
  if (folder === undefined) throw new Error(`The package ${name} is not installed: run npm ci`);
  return folder;
}

export function packageVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(name), "package.json"), "utf8")) as {
    readonly version: string;
  };
  return version;
}
