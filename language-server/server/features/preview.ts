import type { ExecuteCommandParams, Position, TextDocumentIdentifier } from "vscode-languageserver";
import type { Span } from "../../../grammar/ast.ts";
import type { OpenedPreview } from "../previews.ts";
import type { Feature, Server } from "../server.ts";

/** The answer to `mtl.preview`. */
export interface PreviewAnswer {
  readonly url: string;
}

/**
 * `workspace/executeCommand` with the command `mtl.preview` and the URI of a document opens its preview, and answers with `{ url }`, an address of
 * the machine on which the server runs, or with `null` where no page can be served. The notification `mtl/cursor` with `{ textDocument, position }` lights the declaration at the cursor; a
 * click in the picture asks the client to show the declaration (`window/showDocument`). The command is not among the capabilities of the server:
 * clients make commands of their own of those that are, and an extension has one of that name already.
 */
export const preview: Feature = {
  capabilities: {},
  register(server) {
    const { connection } = server;
    const opened = new Map<string, Promise<OpenedPreview>>();
    const each = (run: (preview: OpenedPreview) => void): void => {
      for (const waited of opened.values()) waited.then(run, () => {});
    };
    connection.onExecuteCommand(({ command, arguments: [uri] = [] }: ExecuteCommandParams) =>
      command === "mtl.preview" && typeof uri === "string" ? open(server, opened, server.pathOf({ uri })) : null,
    );
    connection.onNotification("mtl/cursor", ({ textDocument, position }: Cursor) => {
      const path = server.pathOf(textDocument);
      each((shown) => shown.select(path, server.offsetOf(path, position)));
    });
    server.idle.add(() => [each((shown) => void shown.update())]);
    connection.onShutdown(() => each((shown) => void shown.close()));
  },
};

interface Cursor {
  readonly textDocument: TextDocumentIdentifier;
  readonly position: Position;
}

async function open(
  server: Server,
  opened: Map<string, Promise<OpenedPreview>>,
  path: string,
): Promise<PreviewAnswer | null> {
  if (!server.openPreview) return null;
  const { workspace } = server;
  const onError = (error: unknown): void => server.connection.console.error(String(error));
  const preview =
    opened.get(path) ?? server.openPreview({ workspace, path, port: 0, onClick: (at) => show(server, at), onError });
  opened.set(path, preview);
  try {
    return { url: (await preview).url };
  } catch (error) {
    opened.delete(path);
    onError(error);
    return null;
  }
}

/** Shows a declaration in the editor. */
function show(server: Server, at: Span): void {
  if (server.client.window?.showDocument?.support !== true) return;
  const { uri, range } = server.locationOf(at);
  const selection = { start: range.start, end: range.start };
  void server.connection.window.showDocument({ uri, selection, takeFocus: true });
}
