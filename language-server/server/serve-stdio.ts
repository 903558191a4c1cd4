import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { ProposedFeatures, createConnection } from "vscode-languageserver";
import { createProtocolConnection } from "vscode-languageserver/node";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { packageVersion } from "../../runtime/package-version.ts";
import { createNodeWorkspaceHost } from "./node-workspace-host.ts";
import { startServer } from "./start-server.ts";
import { pathOf, uriOf } from "./uris.ts";

interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Serves one client over two streams, until it says `exit` or its stream ends. Gives the exit code. */
export async function serveStdio({ input, output }: Streams): Promise<number> {
  const pages = pathToFileURL(join(packageRoot(), "docs", "diagnostics.md")).href;
  return new Promise((done) => {
    const watchDog = { shutdownReceived: false, initialize: () => {}, exit: done };
    const connection = createConnection(
      (logger) => createProtocolConnection(input, output, logger),
      watchDog,
      ProposedFeatures.all,
    );
    input.once("end", () => done(watchDog.shutdownReceived ? 0 : 1));
    startServer(connection, {
      host: createNodeWorkspaceHost(),
      addresses: {
        pathOf,
        uriOf,
        pageOf: ({ code, name }) => (code.startsWith("MTL") ? `${pages}#${code.toLowerCase()}-${name}` : undefined),
      },
      version: packageVersion(),
      openPreview: async (settings) => (await import("../preview/preview.ts")).Preview.open(settings),
    });
  });
}
