import {
  type CallHierarchyIncomingCall,
  type CallHierarchyIncomingCallsParams,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyOutgoingCallsParams,
  type CallHierarchyPrepareParams,
  SymbolKind,
} from "vscode-languageserver";
import { type CallItem, callItemAt, callsFrom, callsTo } from "../../service/call-hierarchy.ts";
import type { Feature, Server } from "../server.ts";

export const callHierarchy: Feature = {
  capabilities: { callHierarchyProvider: true },
  register(server) {
    const { callHierarchy: requests } = server.connection.languages;
    requests.onPrepare(
      server.answer<CallHierarchyPrepareParams, CallHierarchyItem[]>([], ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const item = callItemAt(server.workspace, path, server.offsetOf(path, position));
        return item ? [toItem(server, item)] : [];
      }),
    );
    requests.onIncomingCalls(
      server.answer<CallHierarchyIncomingCallsParams, CallHierarchyIncomingCall[]>([], ({ item }) => {
        const called = itemOf(server, item);
        return (called ? callsTo(server.workspace, called) : []).map((call) => ({
          from: toItem(server, call.item),
          fromRanges: call.at.map((at) => server.rangeOf(at)),
        }));
      }),
    );
    requests.onOutgoingCalls(
      server.answer<CallHierarchyOutgoingCallsParams, CallHierarchyOutgoingCall[]>([], ({ item }) => {
        const caller = itemOf(server, item);
        return (caller ? callsFrom(server.workspace, caller) : []).map((call) => ({
          to: toItem(server, call.item),
          fromRanges: call.at.map((at) => server.rangeOf(at)),
        }));
      }),
    );
  },
};

function toItem(server: Server, { label, kind, whole, name }: CallItem): CallHierarchyItem {
  return {
    name: label,
    kind: kind === "Block" ? SymbolKind.Function : SymbolKind.Variable,
    detail: kind.toLowerCase(),
    uri: server.addresses.uriOf(name.file),
    range: server.rangeOf(whole),
    selectionRange: server.rangeOf(name),
  };
}

/** The declaration of an item that a client gives back, as it is now. */
function itemOf(server: Server, { uri, selectionRange }: CallHierarchyItem): CallItem | undefined {
  const path = server.pathOf({ uri });
  return callItemAt(server.workspace, path, server.offsetOf(path, selectionRange.start));
}
