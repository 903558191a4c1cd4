import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";

const types: { readonly [ending: string]: string } = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export interface ServedFolder {
  readonly address: string;
  /** The files that were asked for since this was last emptied, by their paths in the folder. */
  readonly asked: Set<string>;
  contentOf(name: string): Promise<Uint8Array>;
  /** A second call does nothing. */
  close(): Promise<void>;
}

const publicFolder = join(packageRoot(), "playground", "public");

/** Serves a built page to this machine with the headers that `npm run playground` sends. The files of `more` are served in place of those of the folder. */
export async function serveFolder(
  folder: string,
  more: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<ServedFolder> {
  const asked = new Set<string>();
  const contentOf = async (name: string): Promise<Uint8Array> =>
    more.get(name) ?? readFile(name === "icon.svg" ? join(publicFolder, name) : join(folder, name));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = normalize(decodeURIComponent(pathname.replace(/\/$/u, "/index.html"))).slice(1);
    void contentOf(name).then(
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
  let closed: Promise<void> | undefined;
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    contentOf,
    close() {
      server.closeAllConnections();
      closed ??= new Promise((done) => server.close(() => done()));
      return closed;
    },
  };
}
