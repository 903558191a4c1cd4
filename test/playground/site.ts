import { mkdtempSync } from "node:fs";
import { copyFile, cp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { env } from "node:process";
import { build } from "vite";
import { packageRoot } from "../../runtime/host/package-root.ts";

const types: { readonly [ending: string]: string } = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface BuiltSite {
  readonly address: string;
  readonly folder: string;
  /** The files that were asked for since this was last emptied, by their paths in the folder. */
  readonly asked: Set<string>;
  close(): Promise<void>;
}

/** Builds the playground without data into a folder of its own, or copies the build that `PLAYGROUND` names. */
async function builtFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "mtl-playground-"));
  const root = join(packageRoot(), "playground");
  const built = env["PLAYGROUND"];
  if (built !== undefined) await cp(built, folder, { recursive: true });
  else
    await build({
      configFile: join(root, "vite.config.ts"),
      logLevel: "error",
      build: { outDir: folder, copyPublicDir: false },
    });
  await copyFile(join(root, "public", "icon.svg"), join(folder, "icon.svg"));
  return folder;
}

/** Serves the playground to this machine with the headers that `npm run playground` sends. */
export async function servePlayground(): Promise<BuiltSite> {
  const folder = await builtFolder();
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = normalize(decodeURIComponent(pathname === "/" ? "/index.html" : pathname)).slice(1);
    void readFile(join(folder, name)).then(
      (content) => {
        asked.add(name);
        response.writeHead(200, {
          "content-type": types[extname(name)] ?? "application/octet-stream",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-embedder-policy": "require-corp",
        });
        response.end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    folder,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
