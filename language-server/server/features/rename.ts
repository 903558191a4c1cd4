import {
  LSPErrorCodes,
  type PrepareRenameParams,
  type PrepareRenameResult,
  type RenameParams,
  ResponseError,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { nameSpan } from "../../service/rename/rename-edits.ts";
import { type Refusal, renameableAt } from "../../service/rename/renameable.ts";
import { rename as renamed } from "../../service/rename/rename.ts";
import type { Feature } from "../server.ts";
import { toWorkspaceEdit } from "../workspace-edit.ts";

export const rename: Feature = {
  capabilities: { renameProvider: { prepareProvider: true } },
  register(server) {
    const { connection, workspace } = server;
    connection.onPrepareRename(
      server.answer<PrepareRenameParams, PrepareRenameResult | ResponseError | null>(
        null,
        ({ textDocument, position }) => {
          const path = server.pathOf(textDocument);
          const found = renameableAt(workspace, path, server.offsetOf(path, position));
          if ("refusal" in found) return refused(found);
          return { range: server.rangeOf(nameSpan(found)), placeholder: found.definition.name };
        },
      ),
    );
    connection.onRenameRequest(
      server.answer<RenameParams, WorkspaceEdit | ResponseError | null>(null, ({ textDocument, position, newName }) => {
        const path = server.pathOf(textDocument);
        const result = renamed(workspace, path, server.offsetOf(path, position), newName);
        return "refusal" in result ? refused(result) : toWorkspaceEdit(server, result.edits);
      }),
    );
  },
};

/** An editor shows the reason to the user. */
function refused({ refusal }: Refusal): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, refusal);
}
