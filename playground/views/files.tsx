import { dialog, diagnostics, shared, shown } from "../state/app-state.ts";
import { showFile } from "../state/page.ts";
import { lastOf } from "../state/project.ts";
import { TabList } from "./tab-list.tsx";

/** The files of the project, and the one of the standard library that is looked at: tabs where there are several. */
export function Files() {
  const { name, files } = shared.value;
  const own = Object.keys(files);
  const paths = own.includes(shown.value) ? own : [...own, shown.value];
  const wrong = new Set(diagnostics.value.filter(({ severity }) => severity === "error").map(({ at }) => at.file));
  return (
    <>
      {paths.length === 1 ? (
        <span class="file">{name}</span>
      ) : (
        <TabList
          label="Files"
          tabs={paths.map((path) => ({
            name: path,
            id: `file-${path}`,
            title: own.includes(path) ? path : lastOf(path),
            mark: <Mark isTrained={path === name} isWrong={wrong.has(path)} isOfLibrary={!own.includes(path)} />,
          }))}
          selected={shown.value}
          controls="text"
          onSelect={(path) => void showFile(path)}
        />
      )}
      <span class="space" />
      <button
        type="button"
        class="quiet small"
        title="Add, rename and delete files, and choose the one that is trained"
        onClick={() => (dialog.value = { kind: "files" })}
      >
        Files
      </button>
    </>
  );
}

interface MarkSettings {
  readonly isTrained: boolean;
  readonly isWrong: boolean;
  readonly isOfLibrary: boolean;
}

function Mark({ isTrained, isWrong, isOfLibrary }: MarkSettings) {
  return (
    <>
      {isTrained ? <small>trained</small> : undefined}
      {isOfLibrary ? <small>standard library</small> : undefined}
      {isWrong ? <i class="dot error" title="It has errors" /> : undefined}
    </>
  );
}
