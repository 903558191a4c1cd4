import {
  type DocumentSymbol as ProtocolSymbol,
  type DocumentSymbolParams,
  type SymbolInformation,
  SymbolKind as ProtocolKind,
  type WorkspaceSymbolParams,
} from "vscode-languageserver";
import { type DocumentSymbol, type SymbolKind, documentSymbols } from "../../service/document-symbols.ts";
import { workspaceSymbols } from "../../service/workspace-symbols.ts";
import type { Feature, Server } from "../server.ts";

/** The kinds of the protocol, which an editor has icons for. */
const kinds: { readonly [Kind in SymbolKind]: ProtocolKind } = {
  model: ProtocolKind.Module,
  import: ProtocolKind.File,
  param: ProtocolKind.Constant,
  modality: ProtocolKind.Interface,
  block: ProtocolKind.Function,
  layer: ProtocolKind.Object,
  stream: ProtocolKind.Variable,
  fusion: ProtocolKind.Operator,
  task: ProtocolKind.Class,
  dataset: ProtocolKind.Package,
  stage: ProtocolKind.Event,
  renaming: ProtocolKind.Key,
  local: ProtocolKind.Variable,
  weight: ProtocolKind.Field,
  option: ProtocolKind.Property,
};

export const symbols: Feature = {
  capabilities: { documentSymbolProvider: true, workspaceSymbolProvider: true },
  register(server) {
    server.connection.onDocumentSymbol(
      server.answer<DocumentSymbolParams, ProtocolSymbol[] | SymbolInformation[]>([], ({ textDocument }) => {
        const found = documentSymbols(server.workspace, server.pathOf(textDocument));
        const isTree = server.client.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
        return isTree
          ? found.map((symbol) => toProtocolSymbol(server, symbol))
          : found.map((symbol) => toInformation(server, symbol));
      }),
    );
    server.connection.onWorkspaceSymbol(
      server.answer<WorkspaceSymbolParams, SymbolInformation[]>([], ({ query }) =>
        workspaceSymbols(server.workspace, query).map((symbol) => toInformation(server, symbol)),
      ),
    );
  },
};

function toProtocolSymbol(
  server: Server,
  { label, kind, detail, whole, name, children }: DocumentSymbol,
): ProtocolSymbol {
  return {
    // A client refuses a symbol without a name.
    name: label === "" ? kind : label,
    kind: kinds[kind],
    detail: detail === "" ? kind : detail,
    range: server.rangeOf(whole),
    selectionRange: server.rangeOf(name),
    children: children.map((child) => toProtocolSymbol(server, child)),
  };
}

function toInformation(server: Server, { label, kind, name }: DocumentSymbol): SymbolInformation {
  return {
    name: label === "" ? kind : label,
    kind: kinds[kind],
    location: server.locationOf(name),
    containerName: kind,
  };
}
