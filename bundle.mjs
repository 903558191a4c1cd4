// How the command line is bundled: as all of it is (build.mjs), and as the part of it that serves is (serving/make-package.mjs).
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(`${root}/package.json`, "utf8"),
);

/** Packages that become part of the command line, with what they import; all others are loaded from node_modules when they are needed. */
const bundled = ["chevrotain", "commander", "fastest-levenshtein"];
const external = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).filter(
  (name) => !bundled.includes(name),
);

/** @type {import("esbuild").BuildOptions} */
export const bundle = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  external: external.flatMap((name) => [name, `${name}/*`]),
  // Packages in CommonJS ask for modules of Node by `require`, which a module has not.
  banner: {
    js: `import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`,
  },
  metafile: true,
  logLevel: "warning",
};
