import type { TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { TextEdit as ServiceEdit } from "../service/text-edit.ts";
import type { Server } from "./server.ts";

/** Edits of several files as the protocol has them. */
export function toWorkspaceEdit(server: Server, edits: readonly ServiceEdit[]): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const { at, text } of edits) {
    const uri = server.addresses.uriOf(at.file);
    (changes[uri] ??= []).push({ range: server.rangeOf(at), newText: text });
  }
  return { changes };
}
