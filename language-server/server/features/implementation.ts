import type { ImplementationParams, Location, LocationLink } from "vscode-languageserver";
import { implementationsAt } from "../../service/implementations.ts";
import { toLocations } from "../protocol-locations.ts";
import type { Feature } from "../server.ts";

export const implementation: Feature = {
  capabilities: { implementationProvider: true },
  register(server) {
    server.connection.onImplementation(
      server.answer<ImplementationParams, LocationLink[] | Location[]>([], ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const found = implementationsAt(server.workspace, path, server.offsetOf(path, position));
        return toLocations(server, found, "implementation");
      }),
    );
  },
};
