import type { DefinitionParams, Location, LocationLink } from "vscode-languageserver";
import { definitionAt } from "../../service/definition.ts";
import { toLocations } from "../protocol-locations.ts";
import type { Feature } from "../server.ts";

export const definition: Feature = {
  capabilities: { definitionProvider: true },
  register(server) {
    server.connection.onDefinition(
      server.answer<DefinitionParams, LocationLink[] | Location[]>([], ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const found = definitionAt(server.workspace, path, server.offsetOf(path, position));
        return toLocations(server, found ? [found] : [], "definition");
      }),
    );
  },
};
