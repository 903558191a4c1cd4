import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { dialog } from "../state/app-state.ts";
import { currentEditor } from "../state/page.ts";

interface ModalSettings {
  readonly title: string;
  readonly name: string;
  readonly children: ComponentChildren;
}

/** A native dialog: it keeps the focus and gives it back, and Escape or a click beside it closes it. */
export function Modal({ title, name, children }: ModalSettings) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog
      ref={element}
      class={name}
      aria-label={title}
      onClose={() => (dialog.value = undefined)}
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

/** Closes the dialog after a choice that concerns the text, which gets the keyboard. */
export function closeDialog(): void {
  // What is behind an open dialog cannot get the keyboard.
  document.querySelector("dialog")?.close();
  dialog.value = undefined;
  currentEditor()?.focus();
}
