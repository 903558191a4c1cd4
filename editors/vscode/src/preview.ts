import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { specificationOf } from "./run-verb.ts";

/**
 * Panels with the page that the language server serves: picture, costs and the newest run, which follow the text. The cursor lights its declaration there, and a click
 * there moves the cursor.
 */
export class Preview implements vscode.Disposable {
  readonly #client: () => LanguageClient | undefined;
  readonly #panels = new Map<string, vscode.WebviewPanel>();
  readonly #follower: vscode.Disposable;

  constructor(client: () => LanguageClient | undefined) {
    this.#client = client;
    this.#follower = vscode.window.onDidChangeTextEditorSelection(
      ({ textEditor: { document }, selections: [first] }) => {
        if (this.#panels.size === 0 || document.languageId !== "mtl" || !first) return;
        const { line, character } = first.active;
        const cursor = { textDocument: { uri: document.uri.toString() }, position: { line, character } };
        // A server that has ended needs no cursor.
        this.#client()
          ?.sendNotification("mtl/cursor", cursor)
          .catch(() => {});
      },
    );
  }

  async open(given?: string | vscode.Uri): Promise<void> {
    const uri = specificationOf(given);
    if (!uri) return;
    const shown = this.#panels.get(uri.toString());
    if (shown) {
      shown.reveal();
      return;
    }
    const request = { command: "mtl.preview", arguments: [uri.toString()] };
    const answer = await this.#client()?.sendRequest<{ readonly url: string } | null>(
      "workspace/executeCommand",
      request,
    );
    if (!answer) {
      void vscode.window.showWarningMessage(
        "The language server shows no preview. `mtl preview` in a terminal serves one to a browser.",
      );
      return;
    }
    const address = await vscode.env.asExternalUri(vscode.Uri.parse(answer.url));
    const title = `Preview ${vscode.workspace.asRelativePath(uri)}`;
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("mtl.preview", title, beside, { enableScripts: true });
    panel.webview.html = pageOf(address.toString(true));
    this.#panels.set(uri.toString(), panel);
    panel.onDidDispose(() => this.#panels.delete(uri.toString()));
  }

  dispose(): void {
    this.#follower.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }
}

/** A page that shows another one and may load no other. */
function pageOf(address: string): string {
  const { origin } = new URL(address);
  return `<!DOCTYPE html>
<html style="height: 100%">
  <head>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; frame-src ${origin}">
  </head>
  <body style="height: 100%; margin: 0; padding: 0">
    <iframe src="${address}" style="border: 0; width: 100%; height: 100%"></iframe>
  </body>
</html>`;
}
