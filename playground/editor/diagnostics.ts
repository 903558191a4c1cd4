import { type Diagnostic as EditorDiagnostic, forEachDiagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Diagnostic, Fix } from "../../compiler/diagnostics/diagnostic.ts";
import { inline } from "./markdown.ts";

const severities = { error: "error", warning: "warning", advice: "info" } as const;

/** Shows the mistakes of a text, each with its fixes as buttons. */
export function showDiagnostics(view: EditorView, diagnostics: readonly Diagnostic[]): void {
  const { length } = view.state.doc;
  view.dispatch(
    setDiagnostics(
      view.state,
      diagnostics.map((each) => editorDiagnostic(each, length)),
    ),
  );
}

function editorDiagnostic(diagnostic: Diagnostic, length: number): EditorDiagnostic {
  const { at, severity, message, help, code } = diagnostic;
  const from = Math.min(at.start, length);
  const shown: EditorDiagnostic = {
    from,
    to: Math.min(Math.max(at.end, from), length),
    severity: severities[severity],
    source: code,
    message: help === undefined ? message : `${message}\n${help}`,
    renderMessage: (view) => messageElement(view, shown, diagnostic),
  };
  return shown;
}

/** The message with its fixes: CodeMirror's own buttons have their names as plain text. */
function messageElement(view: EditorView, shown: EditorDiagnostic, { at, fixes }: Diagnostic): HTMLElement {
  const root = document.createElement("div");
  root.append(...inline(shown.message));
  const buttons = fixes
    .filter((fix) => fix.at.file === at.file)
    .map((fix) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cm-diagnosticAction";
      button.append(...inline(fix.title));
      // The text keeps the keyboard.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => mend(view, shown, fix, at.start));
      return button;
    });
  const row = document.createElement("div");
  row.append(...buttons);
  root.append(row);
  return root;
}

/** Makes a fix where its mistake is now: it may have moved since it was found. */
function mend(view: EditorView, shown: EditorDiagnostic, { at, replacement }: Fix, foundAt: number): void {
  forEachDiagnostic(view.state, (each, from) => {
    if (each !== shown) return;
    const by = from - foundAt;
    view.dispatch({ changes: { from: at.start + by, to: at.end + by, insert: replacement }, userEvent: "input.fix" });
  });
}

export const diagnosticsGutter: Extension = lintGutter();
