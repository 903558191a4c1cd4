import { useEffect, useState } from "preact/hooks";
import { formatBytes } from "../../compiler/analysis/cost/amounts.ts";
import { counted } from "../../compiler/counted.ts";
import type { IndexedExample } from "../data/data-index.ts";
import { canTrain, say, shared, specification } from "../state/app-state.ts";
import { dataFor } from "../training/synthetic-data.ts";
import { ownFiles, readFiles } from "../training/own-files.ts";
import { placed } from "../training/placed-files.ts";
import { tablesOf } from "../training/tables.ts";
import { indexedExample } from "../training/training-files.ts";
import { takeFiles } from "../training/take-files.ts";
import { useTask } from "./use-task.ts";

/** The data that a training reads: that of the example, or the reader's own files. */
export function DataCard() {
  const { example } = shared.value;
  const [indexed, setIndexed] = useState<IndexedExample>();
  useEffect(() => void indexedExample(example).then(setIndexed), [example]);
  const own = ownFiles.value;
  return (
    <fieldset class="data">
      <legend>Data</legend>
      {own.size > 0 ? <Own files={own} /> : <OfExample indexed={indexed} />}
      <p class="choose">
        <FileButton label="Use own files" />
        <FileButton label="Use a folder" isFolder />
        {own.size > 0 ? (
          <button type="button" class="quiet small" onClick={() => (ownFiles.value = new Map())}>
            Use the example's data
          </button>
        ) : undefined}
      </p>
      <p class="note">
        CSV, JSON Lines and other tables, with the files that they name; a folder or a zip. Or drop them here.
      </p>
    </fieldset>
  );
}

function OfExample({ indexed }: { readonly indexed: IndexedExample | undefined }) {
  if (!indexed) return <Synthesize />;
  const { title, archive, sources } = indexed;
  return (
    <>
      <p>
        {title}, {formatBytes(archive.bytes)}
      </p>
      <ul class="note sources">
        {sources.map(({ name, by, licence }) => (
          <li key={name}>
            {name}, {by}; {licence}
          </li>
        ))}
      </ul>
    </>
  );
}

/** For a specification without data: a way to see that it trains. */
function Synthesize() {
  const { isBusy, start } = useTask(async () => {
    await takeFiles(await dataFor(shared.peek()));
    say("The data is synthetic: it shows that the model trains, and its figures have no meaning.");
  });
  const isReady = canTrain.value && !isBusy;
  return (
    <>
      <p>This page has no data for the specification. Use your own files, or synthetic rows.</p>
      <p class="choose">
        <button type="button" class="outlined small" aria-disabled={!isReady} onClick={() => isReady && start()}>
          {isBusy ? "Writing …" : "Synthetic data"}
        </button>
      </p>
    </>
  );
}

function Own({ files }: { readonly files: ReadonlyMap<string, Uint8Array> }) {
  const compiled = specification.value;
  const tables = compiled ? tablesOf(compiled, shared.value.name) : [];
  const found = placed(files, tables);
  return (
    <>
      <p>{counted(files.size, "file of yours", "files of yours")}</p>
      <ul class="tables">
        {tables.map((table) => (
          <li key={table} class={found.has(table) ? "found" : "missing"}>
            <code>{table}</code> {found.has(table) ? "" : "is missing: write the path of your table into the data set"}
          </li>
        ))}
      </ul>
    </>
  );
}

function FileButton({ label, isFolder = false }: { readonly label: string; readonly isFolder?: boolean }) {
  const choose = async (input: HTMLInputElement): Promise<void> => {
    try {
      await takeFiles(await readFiles(input.files ?? []));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    input.value = "";
  };
  return (
    <label class="file-button">
      {label}
      <input
        type="file"
        multiple
        class="visually-hidden"
        {...(isFolder ? { webkitdirectory: true } : {})}
        onChange={({ currentTarget }) => void choose(currentTarget)}
      />
    </label>
  );
}
