import type { Span } from "../../grammar/ast.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { checkTime, diagnostics, isChecked, settingOf, shared, shown, tab } from "../state/app-state.ts";
import { currentEditor, makeEdits, showPlace } from "../state/page.ts";
import { editSetting, setValue } from "../state/set-value.ts";
import { Prose } from "./prose.tsx";

/** The mistakes of all files, each with its fixes, below the editor. */
export function Problems() {
  const found = diagnostics.value;
  return (
    <section class="problems" aria-label="Problems">
      <p class="state" role="status">
        <i class={stateOf(found)} />
        {sentenceOf(found)}
        {found.length === 0 && isChecked.value ? <small>{checkTime.value.toFixed(0)} ms</small> : undefined}
      </p>
      {found.length > 0 ? (
        <ul>
          {found.map((each) => (
            <Problem key={`${each.code} ${each.at.file} ${each.at.start} ${each.message}`} problem={each} />
          ))}
        </ul>
      ) : undefined}
    </section>
  );
}

function stateOf(found: readonly Diagnostic[]): string {
  if (found.some(({ severity }) => severity === "error")) return "dot error";
  if (found.some(({ severity }) => severity === "warning")) return "dot warning";
  return isChecked.value ? "dot fine" : "dot waiting";
}

function sentenceOf(found: readonly Diagnostic[]): string {
  if (found.length > 0) return found.length === 1 ? "1 problem" : `${found.length} problems`;
  return isChecked.value ? "No problems" : "Checking …";
}

function Problem({ problem }: { readonly problem: Diagnostic }) {
  const { at, code, severity, message, help, fixes } = problem;
  const setting = settingOf(problem);
  return (
    <li>
      <button
        type="button"
        class="place"
        onClick={() => (setting === undefined ? void showPlace({ ...at, end: at.start }) : (tab.value = "train"))}
      >
        <i class={`dot ${severity}`} />
        <span>
          <Prose text={message} />{" "}
          {help === undefined ? undefined : (
            <span class="help">
              <Prose text={help} />
            </span>
          )}
        </span>
        <small>
          {setting === undefined ? lineOf(at) : `setting ${setting}`} · {code}
        </small>
      </button>
      {fixes.map((fix) => (
        <button type="button" class="fix" key={fix.title} onClick={() => mend(fix, setting)}>
          <Prose text={fix.title} />
        </button>
      ))}
      {setting === undefined ? undefined : (
        <button type="button" class="fix" onClick={() => setValue(setting, "")}>
          Use the value of the text
        </button>
      )}
    </li>
  );
}

/** `line 12`, after the name of a file that is not the one in the editor. */
function lineOf({ file, start }: Span): string {
  const line = (shared.value.files[file] ?? "").slice(0, start).split("\n").length;
  return file === shown.value ? `line ${line}` : `${file}, line ${line}`;
}

function mend({ at, replacement }: Diagnostic["fixes"][number], setting: string | undefined): void {
  if (setting !== undefined) return editSetting(setting, at.start, at.end, replacement);
  makeEdits([{ at, text: replacement }], "input.fix");
  currentEditor()?.focus();
}
