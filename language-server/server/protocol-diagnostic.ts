import { type Diagnostic as ProtocolDiagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Diagnostic, Severity } from "../../compiler/diagnostics/diagnostic.ts";
import type { Server } from "./server.ts";

const severities: { readonly [Name in Severity]: DiagnosticSeverity } = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  advice: DiagnosticSeverity.Information,
};

export function toProtocolDiagnostic(server: Server, diagnostic: Diagnostic): ProtocolDiagnostic {
  const { at, code, name, severity, message, help, related } = diagnostic;
  const href = server.addresses.pageOf(diagnostic);
  return {
    range: server.rangeOf(at),
    severity: severities[severity],
    code,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: "mtl",
    message: help === undefined ? message : `${message}\n${help}`,
    ...(name.startsWith("unused_") ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length === 0
      ? {}
      : {
          relatedInformation: related.map((each) => ({ location: server.locationOf(each.at), message: each.message })),
        }),
  };
}
