import type { DocumentLink, DocumentLinkParams } from "vscode-languageserver";
import { documentLinks } from "../../service/document-links.ts";
import type { Feature } from "../server.ts";

export const documentLink: Feature = {
  capabilities: { documentLinkProvider: {} },
  register(server) {
    server.connection.onDocumentLinks(
      server.answer<DocumentLinkParams, DocumentLink[]>([], ({ textDocument }) =>
        documentLinks(server.workspace, server.pathOf(textDocument)).map(({ at, to, tooltip }) => ({
          range: server.rangeOf(at),
          ...(to === undefined ? {} : { target: server.addresses.uriOf(to) }),
          tooltip,
        })),
      ),
    );
  },
};
