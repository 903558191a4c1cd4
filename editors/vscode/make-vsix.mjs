// Makes the extension of VS Code: `npm run vsix` writes dist/vscode/, which VS Code runs as it is, and dist/mtl-VERSION.vsix, which it installs and both
// marketplaces take. `--outDir FOLDER` writes elsewhere.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import sharp from "sharp";
import { packVsix } from "./pack-vsix.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "../..");
const { values } = parseArgs({ options: { outDir: { type: "string", default: join(root, "dist") } } });
const out = resolve(root, values.outDir);
const folder = join(out, "vscode");
const read = (path) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("editors/vscode/package.json"));
const { version, optionalDependencies, peerDependencies } = JSON.parse(read("package.json"));

async function assemble() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "syntaxes"), { recursive: true });
  const { scripts: _scripts, private: _private, ...published } = manifest;
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...published, version }, undefined, 2)}\n`);
  for (const name of ["language-configuration.json", "snippets"])
    cpSync(join(here, name), join(folder, name), { recursive: true });
  cpSync(join(here, "README.md"), join(folder, "readme.md"));
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE.txt"));
  for (const name of ["mtl.tmLanguage.json", "mtl-in-markdown.tmLanguage.json"])
    cpSync(join(root, "editors/highlight", name), join(folder, "syntaxes", name));
  await sharp(join(here, "icon.svg"), { density: 144 }).resize(256).png().toFile(join(folder, "icon.png"));
  await bundle();
}

/** The client as one CommonJS file, as VS Code loads extensions, and the server with what it reads of the package. */
async function bundle() {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    keepNames: true,
  };
  const packages = { logLevel: "warning", legalComments: "none", metafile: true };
  const client = await esbuild.build({
    ...common,
    ...packages,
    entryPoints: ["editors/vscode/src/extension.ts"],
    outfile: join(folder, "extension.cjs"),
    format: "cjs",
    external: ["vscode"],
  });
  const server = await esbuild.build({
    ...common,
    ...packages,
    entryPoints: { server: "editors/vscode/src/server.ts" },
    outdir: join(folder, "server"),
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    // What few requests need is loaded with them.
    splitting: true,
    format: "esm",
    // Engines and decoders are for training, and no answer of the server needs them.
    alias: { sharp: "./editors/vscode/src/no-pictures.ts" },
    external: [...Object.keys({ ...optionalDependencies, ...peerDependencies }), "@audio/*", "@alexanderolsen/*"],
    banner: {
      js: `import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`,
    },
  });
  writeFileSync(join(folder, "server/package.json"), `${JSON.stringify({ name: "mtl", version, type: "module" })}\n`);
  cpSync(join(root, "compiler/prelude"), join(folder, "server/compiler/prelude"), {
    recursive: true,
    filter: (path) => !/\.\w+$/.test(path) || path.endsWith(".mtl"),
  });
  cpSync(join(root, "docs/diagnostics.md"), join(folder, "server/docs/diagnostics.md"));
  writeFileSync(join(folder, "LICENSES.txt"), licences([client.metafile, server.metafile]));
}

/** The licences of packages whose code is passed on. */
function licences(metafiles) {
  const inputs = metafiles.flatMap(({ inputs: files }) => Object.keys(files));
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((path) => {
      const { name, version: number, license } = JSON.parse(read(join(path, "package.json")));
      const file = readdirSync(join(root, path)).find((each) => /^licen[cs]e/i.test(each));
      return `${name} ${number} (${license})\n\n${file === undefined ? "" : read(join(path, file)).trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

await assemble();
const path = join(out, `mtl-${version}.vsix`);
const zip = packVsix(folder, { ...manifest, version });
writeFileSync(path, zip);
process.stdout.write(`${relative(process.cwd(), path)}: ${Math.round(zip.length / 1024)} kB\n`);
