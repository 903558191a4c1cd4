// Builds the package: tsc writes all modules and types, and esbuild writes the command line as few files that load quickly.
// `node build.mjs --outDir FOLDER` writes into another folder than dist/, and `--watch` builds again whenever a source changes.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { bundle } from "./bundle.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const { values } = parseArgs({ options: { outDir: { type: "string", default: "dist" }, watch: { type: "boolean" } } });
const dist = resolve(root, values.outDir);

/** @type {import("esbuild").BuildOptions} */
const commandLine = {
  ...bundle,
  entryPoints: { main: "cli/main.ts" },
  outdir: join(dist, "cli"),
  chunkNames: "bundled/[name]-[hash]",
  sourcemap: true,
};

/** Packages whose code is passed on come with their licences. */
function writeLicences({ inputs }) {
  const folders = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const licences = [...new Set(folders)].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? "" : readFileSync(join(root, folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  writeFileSync(join(dist, "cli", "bundled", "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
}

function compile() {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const watch = values.watch ? ["--watch"] : [];
  const args = [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", dist, ...watch];
  return new Promise((done) =>
    spawn(process.execPath, args, { stdio: "inherit" }).once("exit", (code) => done(code ?? 1)),
  );
}

/** Writes the parser's library as one file, in place of the module that names what is used of it. A page may load that file, too. */
function writeParserLibrary() {
  return esbuild.build({
    ...bundle,
    platform: "neutral",
    mainFields: ["module"],
    banner: {},
    splitting: false,
    entryPoints: ["grammar/chevrotain.ts"],
    outfile: join(dist, "grammar", "chevrotain.js"),
    sourcemap: true,
    sourcesContent: false,
  });
}

async function writeBundle() {
  // The names of chunks have hashes, so that those of an earlier build would stay.
  rmSync(join(dist, "cli", "bundled"), { recursive: true, force: true });
  if (values.watch) return (await esbuild.context(commandLine)).watch();
  writeLicences((await esbuild.build(commandLine)).metafile);
}

const [code] = await Promise.all([compile(), writeBundle()]);
await writeParserLibrary();
process.exitCode = code;
