import { readFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import * as esbuild from "esbuild";
import { packageRoot } from "../../runtime/host/package-root.ts";
import type { Site } from "./chromium.ts";

/** The files of a page, by their paths on the server. */
export type BuiltPage = ReadonlyMap<string, string | Uint8Array>;

const require = createRequire(import.meta.url);

/**
 * Builds the scripts of a page as a project that uses the package does: the field `browser` of package.json replaces the
 * modules of the host. A module of Node that is left is an error of the build. The script `page` is the one of the page.
 */
export async function buildPage(entries: { readonly [script: string]: string }): Promise<BuiltPage> {
  const scripts = await Promise.all(Object.entries(entries).map(([name, entry]) => bundled(name, entry)));
  return new Map(scripts.flat());
}

/** Builds an HTML page whose script imports `mtl/browser`, as a bundler does. */
export async function buildHtml(path: string): Promise<BuiltPage> {
  const html = await readFile(join(packageRoot(), path), "utf8");
  const [, script = ""] = /<script type="module">([\s\S]*)<\/script>/.exec(html) ?? [];
  const scripts = await bundled("page", { contents: script, resolveDir: packageRoot(), sourcefile: path });
  return new Map([["/", html.replace(script, 'import "./page.js";')], ...scripts]);
}

async function bundled(
  name: string,
  entry: string | esbuild.StdinOptions,
): Promise<readonly (readonly [path: string, script: string])[]> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: packageRoot(),
    ...(typeof entry === "string" ? { entryPoints: { [name]: entry } } : { stdin: entry, entryNames: name }),
    alias: { "mtl/browser": "./runtime/browser/index.ts" },
    outdir: "/",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return outputFiles.map(({ path, text }) => [`/${path.split(/[\\/]/).at(-1) ?? ""}`, text]);
}

const onnxRuntime = dirname(require.resolve("onnxruntime-web"));
const drawings = require.resolve("@resvg/resvg-wasm/index_bg.wasm");

/** The file that a built module asks for by its name beside it. A bundler would copy it there. */
function assetOf(path: string): string | undefined {
  if (path === "/@resvg/resvg-wasm/index_bg.wasm") return drawings;
  return /^\/ort-[\w.-]+\.(?:wasm|mjs)$/.test(path) ? join(onnxRuntime, path) : undefined;
}

const types: { readonly [ending: string]: string } = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".html": "text/html",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Serves a page to this machine only, isolated from other origins, so that threads can share memory. */
export async function servePage(files: BuiltPage): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    response.setHeader("content-type", types[extname(pathname)] ?? "text/html");
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    const built =
      files.get(pathname) ??
      (pathname === "/" ? "<!doctype html><title>mtl</title><script type=module src=/page.js></script>" : undefined);
    const asset = assetOf(pathname);
    if (built !== undefined) return void response.end(built);
    if (asset === undefined) return void response.writeHead(404).end();
    return void readFile(asset).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
