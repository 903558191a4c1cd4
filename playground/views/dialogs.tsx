import { useState } from "preact/hooks";
import type { Action } from "../service/protocol.ts";
import { type Dialog, dialog } from "../state/app-state.ts";
import { makeEdits, service } from "../state/page.ts";
import { Examples } from "./examples-dialog.tsx";
import { Export } from "./export-dialog.tsx";
import { FilesDialog } from "./files-dialog.tsx";
import { Modal, closeDialog } from "./modal.tsx";
import { Prose } from "./prose.tsx";
import { Share } from "./share-dialog.tsx";

/** The dialog that is open, if one is. */
export function Dialogs() {
  const open = dialog.value;
  return open && <Opened {...open} />;
}

function Opened(open: Dialog) {
  switch (open.kind) {
    case "examples":
      return <Examples />;
    case "share":
      return <Share />;
    case "actions":
      return <Actions actions={open.actions} />;
    case "rename":
      return <Rename name={open.name} offset={open.offset} />;
    case "export":
      return <Export />;
    case "files":
      return <FilesDialog />;
  }
}

function Actions({ actions }: { readonly actions: readonly Action[] }) {
  return (
    <Modal title="Actions" name="actions">
      <ul class="menu">
        {actions.map((action) => (
          <li key={action.title}>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                closeDialog();
                makeEdits(action.edits, "input.action");
              }}
            >
              <Prose text={action.title} />
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

function Rename({ name, offset }: { readonly name: string; readonly offset: number }) {
  const [refusal, setRefusal] = useState("");
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wanted = new FormData(event.currentTarget as HTMLFormElement).get("name");
    const renamed = await service.call("rename", offset, typeof wanted === "string" ? wanted : name);
    if ("refusal" in renamed) return setRefusal(renamed.refusal);
    closeDialog();
    makeEdits(renamed.edits, "input.rename");
  };
  return (
    <Modal title={`Rename ${name}`} name="rename">
      <form class="field" onSubmit={(event) => void submit(event)}>
        <input
          name="name"
          aria-label="New name"
          defaultValue={name}
          autofocus
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button type="submit" class="primary">
          Rename
        </button>
      </form>
      <p class="problem" role="alert">
        <Prose text={refusal} />
      </p>
    </Modal>
  );
}
