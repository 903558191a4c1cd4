import * as vscode from "vscode";

const install = "Install it here";
const choose = "Choose a path";

/** Says that mtl is not there and what follows from it, and offers ways out. */
export async function offerInstallation(consequence: string): Promise<void> {
  const message = `mtl is not installed in this workspace, so ${consequence}.`;
  const chosen = await vscode.window.showWarningMessage(message, install, choose);
  if (chosen === install) {
    const terminal = vscode.window.createTerminal("mtl");
    terminal.show();
    terminal.sendText("npm install --save-dev mtl");
  }
  if (chosen === choose) await vscode.commands.executeCommand("workbench.action.openSettings", "mtl.server.path");
}
