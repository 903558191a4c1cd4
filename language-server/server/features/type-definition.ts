import type { TypeDefinitionParams, Location, LocationLink } from "vscode-languageserver";
import { sizeOriginAt } from "../../service/size-origin.ts";
import { toLocations } from "../protocol-locations.ts";
import type { Feature } from "../server.ts";

export const typeDefinition: Feature = {
  capabilities: { typeDefinitionProvider: true },
  register(server) {
    server.connection.onTypeDefinition(
      server.answer<TypeDefinitionParams, LocationLink[] | Location[]>([], ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const found = sizeOriginAt(server.workspace, path, server.offsetOf(path, position));
        return toLocations(server, found ? [found] : [], "typeDefinition");
      }),
    );
  },
};
