import type {
  DocumentFormattingParams,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  TextEdit,
} from "vscode-languageserver";
import { type Formatting, formatting as editsOf, formattingAfter, rangeFormatting } from "../../service/formatting.ts";
import type { Feature, Server } from "../server.ts";

export const formatting: Feature = {
  capabilities: {
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] },
  },
  register(server) {
    const { connection, workspace } = server;
    connection.onDocumentFormatting(
      server.answer<DocumentFormattingParams, TextEdit[]>([], ({ textDocument }) =>
        toTextEdits(server, editsOf(workspace, server.pathOf(textDocument))),
      ),
    );
    connection.onDocumentRangeFormatting(
      server.answer<DocumentRangeFormattingParams, TextEdit[]>([], ({ textDocument, range }) => {
        const path = server.pathOf(textDocument);
        const [start, end] = [server.offsetOf(path, range.start), server.offsetOf(path, range.end)];
        return toTextEdits(server, rangeFormatting(workspace, path, start, end));
      }),
    );
    connection.onDocumentOnTypeFormatting(
      server.answer<DocumentOnTypeFormattingParams, TextEdit[]>([], ({ textDocument, position, ch }) => {
        const path = server.pathOf(textDocument);
        return toTextEdits(server, formattingAfter(workspace, path, server.offsetOf(path, position), ch));
      }),
    );
  },
};

/** A file that is not formatted stays as it is, and the log says why. */
function toTextEdits(server: Server, { edits, refusal }: Formatting): TextEdit[] {
  if (refusal !== undefined) server.connection.console.info(refusal);
  return edits.map(({ at, text }) => ({ range: server.rangeOf(at), newText: text }));
}
