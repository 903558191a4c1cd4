import { PassThrough } from "node:stream";
import {
  type ClientCapabilities,
  type InitializeResult,
  type PublishDiagnosticsParams,
  type ProtocolConnection,
  createProtocolConnection,
} from "vscode-languageserver/node";
import { serveStdio } from "../../language-server/server/serve-stdio.ts";

/** A client of the language server that speaks its protocol over two streams, in one process with it. */
export interface Client {
  readonly connection: ProtocolConnection;
  readonly capabilities: InitializeResult["capabilities"];
  open(uri: string, text: string): Promise<void>;
  /** Replaces the whole text. */
  change(uri: string, version: number, text: string): Promise<void>;
  /** Resolves with the first diagnostics of a document for which `isWanted` is true, those that have already arrived among them. */
  diagnostics(uri: string, isWanted: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams>;
  /** Ends the session, and gives the exit code of the server. */
  end(): Promise<number>;
}

export async function startClient(folder: string, client: ClientCapabilities = {}): Promise<Client> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const served = serveStdio({ input: toServer, output: toClient });
  const connection = createProtocolConnection(toClient, toServer);
  const published: PublishDiagnosticsParams[] = [];
  const waiting = new Set<() => void>();
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.push(params);
    for (const check of waiting) check();
  });
  connection.listen();
  const { capabilities } = await connection.sendRequest<InitializeResult>("initialize", {
    processId: null,
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: "test" }],
    capabilities: client,
  });
  await connection.sendNotification("initialized", {});
  return {
    connection,
    capabilities,
    open: (uri, text) =>
      connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "mtl", version: 1, text },
      }),
    change: (uri, version, text) =>
      connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    diagnostics: (uri, isWanted) =>
      new Promise((done) => {
        const check = (): void => {
          const found = published.findLast((params) => params.uri === uri && isWanted(params));
          if (!found) return;
          waiting.delete(check);
          done(found);
        };
        waiting.add(check);
        check();
      }),
    async end() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      const code = await served;
      connection.dispose();
      return code;
    },
  };
}
