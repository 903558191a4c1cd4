import { type CodeAction, type CodeActionParams, type CodeActionKind } from "vscode-languageserver";
import { codeActionSources, codeActionsAt } from "../../service/code-actions/index.ts";
import { toProtocolDiagnostic } from "../protocol-diagnostic.ts";
import type { Feature, Server } from "../server.ts";
import { toWorkspaceEdit } from "../workspace-edit.ts";

export const codeAction: Feature = {
  capabilities: {
    codeActionProvider: { codeActionKinds: [...new Set(codeActionSources.map(({ kind }) => kind))] },
  },
  register(server) {
    server.connection.onCodeAction(
      server.answer<CodeActionParams, CodeAction[]>([], ({ textDocument, range, context: { only } }) => {
        const path = server.pathOf(textDocument);
        const [start, end] = [server.offsetOf(path, range.start), server.offsetOf(path, range.end)];
        return codeActionsAt(server.workspace, path, { start, end, ...(only ? { only } : {}) }).map((action) =>
          toProtocol(server, action),
        );
      }),
    );
  },
};

function toProtocol(
  server: Server,
  { title, kind, edits, mends, isPreferred }: ReturnType<typeof codeActionsAt>[number],
): CodeAction {
  return {
    title,
    kind: kind satisfies CodeActionKind,
    edit: toWorkspaceEdit(server, edits),
    ...(mends ? { diagnostics: [toProtocolDiagnostic(server, mends)] } : {}),
    ...(isPreferred ? { isPreferred } : {}),
  };
}
