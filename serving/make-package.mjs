// Makes a folder that serves models and does nothing else: the verbs serve, predict and version, and the packages that they need, for this system and
// processor. `node serving/make-package.mjs --output FOLDER` writes it; Node is not in it. With --wasm, ONNX Runtime's WASM build comes too.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { bundle } from "../bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { output: { type: "string", default: "dist/serving-package" }, wasm: { type: "boolean", default: false } },
});
const output = resolve(values.output);
if (existsSync(output) && readdirSync(output).length > 0) {
  process.stderr.write(
    `error: ${output} is not empty.\nhelp: Name a folder that does not exist yet: --output FOLDER.\n`,
  );
  process.exit(2);
}

const own = readJson(join(root, "package.json"));

/** Packages of engines are imported by names that are no literals. */
const engines = ["onnxruntime-node", ...(values.wasm ? ["onnxruntime-web"] : [])];
/** Packages that format specifications, and draw pictures of models and runs. */
const left = new Set(["prettier", "vega", "vega-lite", "@viz-js/viz"]);

const { metafile } = await esbuild.build({
  ...bundle,
  entryPoints: { mtl: "cli/main.ts" },
  outdir: output,
  chunkNames: "chunks/[name]-[hash]",
  plugins: [
    {
      name: "the verbs of a server",
      setup: (build) =>
        build.onResolve({ filter: /verbs\/index\.ts$|^\.\/index\.ts$/ }, ({ path, resolveDir }) =>
          resolve(resolveDir, path) === join(root, "cli", "verbs", "index.ts")
            ? { path: join(root, "cli", "verbs", "serving.ts") }
            : undefined,
        ),
    },
  ],
});

const wanted = new Set(
  Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external, path }) => external && !path.startsWith("node:")).map(({ path }) => packageOf(path)),
  ),
);
for (const name of [...wanted, ...engines])
  if (existsSync(join(root, "node_modules", name))) copyPackage(join(root, "node_modules", name));
writeFileSync(
  join(output, "package.json"),
  `${JSON.stringify({ name: "mtl-serving", version: own.version, license: own.license, type: "module", bin: { mtl: "mtl.js" }, engines: own.engines, private: true }, undefined, 2)}\n`,
);
for (const name of ["LICENSE", "NOTICE"]) cpSync(join(root, name), join(output, name));
cpSync(join(root, "serving", "Dockerfile"), join(output, "Dockerfile"));
process.stdout.write(`${output}: ${(bytesIn(output) / 2 ** 20).toFixed(0)} MB without Node\n`);

/** Copies a package with those that it needs, each to where the package manager has put it. */
function copyPackage(folder) {
  const name = nameOf(folder);
  const target = join(output, folder.slice(root.length));
  if (left.has(name) || existsSync(target)) return;
  mkdirSync(target, { recursive: true });
  cpSync(folder, target, { recursive: true, filter: (path) => isNeeded(name, path.slice(folder.length)) });
  const { dependencies = {}, optionalDependencies = {} } = readJson(join(folder, "package.json"));
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = folderOf(each, folder);
    // Packages of other systems are not installed here.
    if (found) copyPackage(found);
  }
}

/** The folder of a package as Node finds it from another one. */
function folderOf(name, from) {
  for (let folder = from; folder.startsWith(root.slice(0, -1)); folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(found)) return found;
  }
  return undefined;
}

function isNeeded(name, path) {
  if (
    /\.(?:map|md|markdown|d\.[cm]?ts|ts)$/i.test(path) ||
    /[\\/](?:test|tests|docs|example|examples|benchmarks|\.github)$/i.test(path)
  )
    return false;
  if (/[\\/]node_modules$/.test(path)) return false;
  if (name !== "onnxruntime-node") return true;
  // ONNX Runtime comes for six pairs of system and processor; its providers for graphics cards are left out.
  const [, system, processor] = /[\\/]bin[\\/]napi-v\d+[\\/]([^\\/]+)(?:[\\/]([^\\/]+))?/.exec(path) ?? [];
  return (
    (system ?? process.platform) === process.platform &&
    (processor ?? process.arch) === process.arch &&
    !/providers_(?:cuda|tensorrt)/.test(path)
  );
}

function packageOf(path) {
  return path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");
}

function nameOf(folder) {
  const parent = basename(dirname(folder));
  return parent.startsWith("@") ? `${parent}/${basename(folder)}` : basename(folder);
}

function bytesIn(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
