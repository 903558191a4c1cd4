import type { Location, ReferenceParams } from "vscode-languageserver";
import { referencesAt } from "../../service/references.ts";
import type { Feature } from "../server.ts";

export const references: Feature = {
  capabilities: { referencesProvider: true },
  register(server) {
    server.connection.onReferences(
      server.answer<ReferenceParams, Location[]>([], ({ textDocument, position, context }) => {
        const path = server.pathOf(textDocument);
        return referencesAt(server.workspace, path, server.offsetOf(path, position))
          .filter(({ role }) => context.includeDeclaration || role === "use")
          .map(({ at }) => server.locationOf(at));
      }),
    );
  },
};
