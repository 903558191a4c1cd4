import type { Location, LocationLink } from "vscode-languageserver";
import type { DefinitionLink } from "../service/definition.ts";
import type { Server } from "./server.ts";

/** A definition with its whole extent, for a client that can show it; else the position of its name. */
export function toLocations(
  server: Server,
  links: readonly DefinitionLink[],
  request: "definition" | "typeDefinition" | "implementation",
): LocationLink[] | Location[] {
  if (server.client.textDocument?.[request]?.linkSupport !== true) return links.map(({ to }) => server.locationOf(to));
  return links.map(({ from, to, whole }) => ({
    originSelectionRange: server.rangeOf(from),
    targetUri: server.addresses.uriOf(to.file),
    targetRange: server.rangeOf(whole),
    targetSelectionRange: server.rangeOf(to),
  }));
}
