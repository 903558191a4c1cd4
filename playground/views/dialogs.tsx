import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { makeEdits } from "../editor/edits.ts";
import type { Action } from "../service/protocol.ts";
import { type Dialog, dialog, say, shared } from "../state/app-state.ts";
import { type Example, examples } from "../state/examples.ts";
import { currentEditor, openExample, service, writeAddress } from "../state/page.ts";

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
      return undefined;
  }
}

interface ModalSettings {
  readonly title: string;
  readonly name: string;
  readonly children: ComponentChildren;
}

/** A native dialog: it keeps the focus, and Escape or a click beside it closes it. */
export function Modal({ title, name, children }: ModalSettings) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog
      ref={element}
      class={name}
      aria-label={title}
      onClose={close}
      onClick={({ target }) => {
        if (target === element.current) element.current?.close();
      }}
    >
      <div class="content">
        <div class="title">
          <h2>{title}</h2>
          <button type="button" class="quiet close" aria-label="Close" onClick={() => element.current?.close()}>
            ×
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

function close(): void {
  dialog.value = undefined;
  currentEditor()?.focus();
}

function Examples() {
  const group = (name: Example["group"]) => (
    <>
      <h3>{name}</h3>
      <div class="cards">
        {examples
          .filter((each) => each.group === name)
          .map((each) => (
            <button
              type="button"
              class="card"
              key={each.name}
              aria-current={each.name === shared.value.example}
              onClick={() => {
                close();
                void openExample(each.name);
              }}
            >
              <strong>{each.title}</strong>
              <span>{each.about}</span>
            </button>
          ))}
      </div>
    </>
  );
  return (
    <Modal title="Examples" name="examples">
      {group("first steps")}
      {group("systems")}
      {group("more")}
    </Modal>
  );
}

function Share() {
  const [link, setLink] = useState("");
  useEffect(() => void writeAddress().then(setLink), []);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      say("The link is copied.");
    } catch {
      say("The link cannot be copied here; select it instead.");
    }
  };
  return (
    <Modal title="Share" name="share">
      <p>
        The link has the specification, its settings and its seed. Nothing is uploaded: all of it is in the address.
      </p>
      <div class="field">
        <input aria-label="Link" readOnly value={link} onFocus={({ currentTarget }) => currentTarget.select()} />
        <button type="button" class="primary" disabled={link === ""} onClick={() => void copy()}>
          Copy
        </button>
      </div>
      <p class="note">
        {link.length.toLocaleString("en")} characters. Your own files stay on this machine and are not in the link.
      </p>
    </Modal>
  );
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
                close();
                const view = currentEditor();
                if (view) makeEdits(view, action.edits, "input.action");
              }}
            >
              {action.title}
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
    close();
    const view = currentEditor();
    if (view) makeEdits(view, renamed.edits, "input.rename");
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
        {refusal}
      </p>
    </Modal>
  );
}
