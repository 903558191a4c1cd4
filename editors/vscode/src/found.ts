import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { findMtl, type FoundMtl } from "./find-mtl.ts";

let extensionFolder = "";

export function setExtensionFolder(folder: string): void {
  extensionFolder = folder;
}

/** The mtl of the workspace as it is now. */
export function found(): FoundMtl | undefined {
  const isTrusted = vscode.workspace.isTrusted;
  return findMtl({
    setting: isTrusted ? vscode.workspace.getConfiguration("mtl").get("server.path", "") : "",
    folders: isTrusted ? (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath) : [],
    bundled: join(extensionFolder, "server", "server.mjs"),
    exists: existsSync,
  });
}
