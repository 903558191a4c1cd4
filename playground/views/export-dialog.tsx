import { shared, specification } from "../state/app-state.ts";
import { downloadOnnx, downloadRun, downloadSpecification } from "../training/exports.ts";
import { hasModel, trained } from "../training/training-state.ts";
import { Modal } from "./modal.tsx";
import { useTask } from "./use-task.ts";

/** Everything that a reader can take away: the text, the run, its graphs, and the command that goes on in Node. */
export function Export() {
  const { name, files } = shared.value;
  const model = (trained.value?.specification ?? specification.value)?.model.name ?? "model";
  return (
    <Modal title="Export" name="export">
      <ul class="exports">
        <Entry
          title="Specification"
          about={Object.keys(files).join(", ")}
          run={() => downloadSpecification({ name, files })}
          isThere
        />
        <Entry
          title="Run"
          about="Weights, metrics and everything else of the training; mtl of Node evaluates, predicts with and resumes it."
          run={() => downloadRun(model)}
          isThere={hasModel.value}
        />
        <Entry
          title="ONNX"
          about="The graphs of the model with its weights, for other programs."
          run={() => downloadOnnx(model)}
          isThere={hasModel.value}
        />
      </ul>
      <h3>Continue in Node</h3>
      <pre class="command">
        <code>{commandLine()}</code>
      </pre>
    </Modal>
  );
}

interface EntrySettings {
  readonly title: string;
  readonly about: string;
  readonly run: () => Promise<void>;
  readonly isThere: boolean;
}

function Entry({ title, about, run, isThere }: EntrySettings) {
  const { isBusy, start } = useTask(run);
  return (
    <li>
      <div>
        <strong>{title}</strong>
        <p class="note">{isThere ? about : "Train first."}</p>
      </div>
      <button type="button" class="outlined" disabled={!isThere} aria-disabled={isBusy} onClick={start}>
        {isBusy ? "Packing …" : "Download"}
      </button>
    </li>
  );
}

/** The command that trains the same in Node. */
function commandLine(): string {
  const { name, set = {}, seed } = shared.value;
  const settings = Object.entries(set).map(([param, value]) => ` --set ${param}=${wordOf(value)}`);
  return `npx mtl train ${wordOf(name)}${settings.join("")}${seed === undefined ? "" : ` --seed ${seed}`} --engine onnx:wasm --threads 1`;
}

function wordOf(text: string): string {
  return /^[\w./]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
