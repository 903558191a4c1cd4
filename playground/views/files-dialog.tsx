import { shared } from "../state/app-state.ts";
import { addFile, deleteFile, renameFile, trainFile } from "../state/files.ts";
import { Modal, closeDialog } from "./modal.tsx";

/** The files of the project: which of them is trained, what they are called, and whether they stay. */
export function FilesDialog() {
  const { name, files } = shared.value;
  const paths = Object.keys(files);
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const path = new FormData(event.currentTarget as HTMLFormElement).get("path");
    closeDialog();
    if (typeof path === "string") void addFile(path);
  };
  return (
    <Modal title="Files" name="files">
      <ul class="files">
        {paths.map((path) => (
          <li key={path}>
            <input
              type="radio"
              name="trained"
              aria-label={`Train ${path}`}
              checked={path === name}
              onChange={() => trainFile(path)}
            />
            <input
              aria-label={`Name of ${path}`}
              value={path}
              onChange={({ currentTarget }) => {
                const written = currentTarget.value;
                currentTarget.value = path;
                void renameFile(path, written);
              }}
            />
            <button
              type="button"
              class="outlined"
              aria-label={`Delete ${path}`}
              disabled={paths.length === 1}
              onClick={() => void deleteFile(path)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      <form class="field" onSubmit={add}>
        <input name="path" aria-label="Name of a new file" placeholder="blocks.mtl" required />
        <button type="submit" class="primary">
          Add
        </button>
      </form>
      <p class="note">
        The chosen file is the specification that is trained; it imports from the others:{" "}
        <code>{`import { my_block } from "blocks.mtl"`}</code>. Files that are dropped on the page and belong to these
        come to them.
      </p>
    </Modal>
  );
}
