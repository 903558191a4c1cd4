import { useEffect, useRef } from "preact/hooks";
import { createEditor } from "../editor/create-editor.ts";
import { type Surroundings, askForName, format, offerActions } from "../editor/commands.ts";
import { cursor, dialog, say, shapes } from "../state/app-state.ts";
import { attachEditor, currentEditor, edit, goBack, goTo, makeEdits, service } from "../state/page.ts";
import { Files } from "./files.tsx";
import { Problems } from "./problems.tsx";

const around: Surroundings = {
  say,
  makeEdits,
  goTo: (place) => void goTo(place),
  goBack: () => void goBack(),
  offerActions: (actions) => void (dialog.value = { kind: "actions", actions }),
  askForName: (request) => void (dialog.value = { kind: "rename", ...request }),
};

/** The text with its toolbar and its problems. */
export function Code() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!parent.current) return undefined;
    const documents = createEditor({
      parent: parent.current,
      service,
      onChange: edit,
      onCursor: (offset, labels) => {
        cursor.value = offset;
        shapes.value = labels;
      },
      ...around,
    });
    attachEditor(documents);
    return () => documents.view.destroy();
  }, []);
  return (
    <section class="code" aria-label="Specification">
      <div class="bar">
        <Files />
        <Command label="Actions" keys="Ctrl ." run={offerActions} />
        <Command label="Rename" keys="F2" run={askForName} />
        <Command label="Format" keys="Shift Alt F" run={format} />
      </div>
      <div class="editor" id="text" ref={parent} />
      <p class="shapes" role="group" aria-label="Shapes of this line" tabIndex={0}>
        {shapes.value}
      </p>
      <Problems />
    </section>
  );
}

interface CommandSettings {
  readonly label: string;
  readonly keys: string;
  readonly run: typeof format;
}

function Command({ label, keys, run }: CommandSettings) {
  const onClick = (): void => {
    const view = currentEditor();
    if (view) void run(view, service, around);
  };
  return (
    <button type="button" class="quiet small" title={`${label} (${keys})`} onClick={onClick}>
      {label}
    </button>
  );
}
