import type { DefinitionParams, Location } from "vscode-languageserver";
import { definitionAt } from "../../service/definition.ts";
import type { Feature } from "../server.ts";

export const definition: Feature = {
  capabilities: { definitionProvider: true },
  register(server) {
    server.connection.onDefinition(
      server.answer<DefinitionParams, Location | null>(null, ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const found = definitionAt(server.workspace, path, server.offsetOf(path, position));
        return found ? server.locationOf(found.to) : null;
      }),
    );
  },
};
