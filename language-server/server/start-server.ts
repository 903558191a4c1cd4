import { type Connection, TextDocumentSyncKind } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Workspace } from "../service/workspace.ts";
import { DiagnosticPublisher } from "./diagnostic-publisher.ts";
import { countCosts } from "./count-costs.ts";
import { features } from "./features/index.ts";
import type { OpenPreview } from "./previews.ts";
import { type Addresses, Server } from "./server.ts";
import { followSettings } from "./settings.ts";
import type { WorkspaceHost } from "./workspace-host.ts";

interface ServerSettings {
  readonly host: WorkspaceHost;
  readonly addresses: Addresses;
  readonly version: string;
  readonly openPreview?: OpenPreview;
}

/** Serves one client over a connection. Nothing here needs Node, so that it can run in the worker of a page. */
export function startServer(connection: Connection, { host, addresses, version, openPreview }: ServerSettings): void {
  const server = new Server(connection, new Workspace(host), addresses);
  server.openPreview = openPreview;
  const publisher = new DiagnosticPublisher(server);
  connection.onInitialize(({ capabilities, workspaceFolders }) => {
    server.client = capabilities;
    host.open((workspaceFolders ?? []).map(({ uri }) => addresses.pathOf(uri)));
    return {
      serverInfo: { name: "mtl", version },
      capabilities: Object.assign(
        { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true } },
        { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } },
        ...features.map((feature) => feature.capabilities),
      ),
    };
  });
  followDocuments(server, publisher);
  const beginSettings = followSettings(server);
  connection.languages.diagnostics.on(
    server.answer({ kind: "full", items: [] }, ({ textDocument }) => ({
      kind: "full",
      items: [...publisher.current(server.pathOf(textDocument))],
    })),
  );
  for (const feature of features) feature.register(server);
  // A picture is drawn before costs are counted, which takes longer.
  countCosts(server);
  connection.onInitialized(() => {
    beginSettings();
    if (server.client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const patterns = ["**/*.mtl", "**/*.{csv,tsv,json,jsonl,parquet}", "**/runs/*/log.txt"];
    const watchers = patterns.map((globPattern) => ({ globPattern }));
    void connection.client.register({ method: "workspace/didChangeWatchedFiles" } as never, { watchers });
  });
  connection.listen();
}

/** Keeps the workspace as the client has it. */
function followDocuments(server: Server, publisher: DiagnosticPublisher): void {
  const { connection, workspace } = server;
  const documents = new Map<string, TextDocument>();
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    documents.set(uri, TextDocument.create(uri, languageId, version, text));
    const path = server.pathOf({ uri });
    workspace.set(path, text);
    publisher.changed(path, version);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const document = documents.get(uri);
    if (!document) return;
    const changed = TextDocument.update(document, contentChanges, version);
    documents.set(uri, changed);
    const path = server.pathOf({ uri });
    workspace.set(path, changed.getText());
    publisher.changed(path, version);
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    documents.delete(textDocument.uri);
    const path = server.pathOf(textDocument);
    workspace.close(path);
    publisher.closed(path);
  });
  const changedOnDisk = (uris: readonly string[]): void => {
    for (const uri of uris) workspace.refresh(server.pathOf({ uri }));
    publisher.changedOnDisk();
  };
  connection.onDidChangeWatchedFiles(({ changes }) => changedOnDisk(changes.map(({ uri }) => uri)));
  connection.workspace.onDidRenameFiles(({ files }) =>
    changedOnDisk(files.flatMap(({ oldUri, newUri }) => [oldUri, newUri])),
  );
  connection.workspace.onDidDeleteFiles(({ files }) => changedOnDisk(files.map(({ uri }) => uri)));
}
