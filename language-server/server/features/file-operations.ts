import type { RenameFilesParams, WorkspaceEdit } from "vscode-languageserver";
import { editsForMoves } from "../../service/renamed-files.ts";
import { toWorkspaceEdit } from "../workspace-edit.ts";
import type { Feature } from "../server.ts";

const everything = { filters: [{ scheme: "file", pattern: { glob: "**/*" } }] };

/** Imports and paths follow files and folders that are renamed in the editor. */
export const fileOperations: Feature = {
  capabilities: {
    workspace: { fileOperations: { willRename: everything, didRename: everything, didDelete: everything } },
  },
  register(server) {
    const { connection, workspace } = server;
    connection.workspace.onWillRenameFiles(
      server.answer<RenameFilesParams, WorkspaceEdit | null>(null, ({ files }) => {
        const moves = files.map(({ oldUri, newUri }) => ({
          from: server.pathOf({ uri: oldUri }),
          to: server.pathOf({ uri: newUri }),
        }));
        const edits = editsForMoves(workspace, moves);
        return edits.length === 0 ? null : toWorkspaceEdit(server, edits);
      }),
    );
  },
};
