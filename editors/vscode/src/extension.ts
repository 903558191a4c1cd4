import * as vscode from "vscode";
import { LanguageClient, type ServerOptions } from "vscode-languageclient/node";
import { found, setExtensionFolder } from "./found.ts";
import { offerInstallation } from "./offer-installation.ts";
import { Preview } from "./preview.ts";
import { runVerb, taskProvider, terminalVerbs } from "./run-verb.ts";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  setExtensionFolder(context.extensionPath);
  const register = (name: string, run: (...given: never[]) => unknown): void => {
    context.subscriptions.push(vscode.commands.registerCommand(name, run as (...given: unknown[]) => unknown));
  };
  for (const verb of terminalVerbs)
    register(`mtl.${verb}`, (uri?: string | vscode.Uri, ...words: string[]) => runVerb(verb, uri, ...words));
  const preview = new Preview(() => client);
  register("mtl.preview", (uri?: string | vscode.Uri) => preview.open(uri));
  register("mtl.openPage", openPage);
  register("mtl.restartServer", restart);
  register("mtl.showOutput", () => client?.outputChannel.show());
  context.subscriptions.push(
    preview,
    vscode.tasks.registerTaskProvider("mtl", taskProvider),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("mtl.server.path")) await restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
  client = undefined;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const mtl = found();
  if (!mtl) {
    await offerInstallation("there are no messages, shapes or completions");
    return;
  }
  // The editor's own Node runs the server, so that none needs to be on the path.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
  const server: ServerOptions = { command: process.execPath, args: [mtl.main, "lsp", "--stdio"], options: { env } };
  client = new LanguageClient("mtl", "mtl", server, {
    documentSelector: [
      { language: "mtl", scheme: "file" },
      { language: "mtl", scheme: "untitled" },
    ],
  });
  try {
    await client.start();
  } catch (error) {
    client.error(`The server ${mtl.main} did not start.`, error, "force");
  }
}

/** Opens a page of the documentation, which is a file of mtl or an address. */
async function openPage(address: string): Promise<void> {
  const uri = vscode.Uri.parse(address, true);
  if (uri.scheme === "file") await vscode.commands.executeCommand("markdown.showPreview", uri);
  else await vscode.env.openExternal(uri);
}
