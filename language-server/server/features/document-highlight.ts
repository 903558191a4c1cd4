import { type DocumentHighlight, DocumentHighlightKind, type DocumentHighlightParams } from "vscode-languageserver";
import { highlightsAt } from "../../service/highlights.ts";
import type { Feature } from "../server.ts";

const kinds = { read: DocumentHighlightKind.Read, write: DocumentHighlightKind.Write };

export const documentHighlight: Feature = {
  capabilities: { documentHighlightProvider: true },
  register(server) {
    server.connection.onDocumentHighlight(
      server.answer<DocumentHighlightParams, DocumentHighlight[]>([], ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        return highlightsAt(server.workspace, path, server.offsetOf(path, position)).map(({ at, kind }) => ({
          range: server.rangeOf(at),
          kind: kinds[kind],
        }));
      }),
    );
  },
};
