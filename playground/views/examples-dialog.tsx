import { keepInHistory } from "../state/address.ts";
import { shared } from "../state/app-state.ts";
import { examples } from "../state/examples.ts";
import { openExample } from "../state/page.ts";
import { Modal, closeDialog } from "./modal.tsx";

/** The examples that come with the page, each with a part of its real data. */
export function Examples() {
  return (
    <Modal title="Examples" name="examples">
      <div class="cards">
        {examples.map(({ name, title, description }) => (
          <button
            type="button"
            class="card"
            key={name}
            aria-current={name === shared.value.example}
            onClick={() => {
              closeDialog();
              void keepInHistory().then(() => openExample(name));
            }}
          >
            <strong>{title}</strong>
            <span>{description}</span>
          </button>
        ))}
      </div>
    </Modal>
  );
}
