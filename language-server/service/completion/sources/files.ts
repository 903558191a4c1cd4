import type { StringNames } from "../../../../compiler/schema/types.ts";
import type { FolderEntry } from "../../service-host.ts";
import type { Draft } from "../completion-item.ts";
import { typesWithin } from "../expected.ts";
import { importPath } from "../../import-edit.ts";
import type { CompletionRequest, Source } from "../request.ts";
import { segmentAt } from "../string-segment.ts";

/** Paths: of specifications in an import, of tables in a data set, of weights where they are taken from. */
export const files: Source = (request) => {
  const { value } = request.slot;
  if (value?.kind === "specification") return specifications(request);
  if (value?.kind !== "option") return [];
  const named = typesWithin(value.type).flatMap((type) => (type.kind === "string" && type.names ? [type.names] : []));
  const fits = named.map((names) => kindsOfFiles[names]).find((each) => each !== undefined);
  return fits ? entries(request, fits) : [];
};

/** The names of files that a string may have; `undefined` if it is no path. */
const kindsOfFiles: { readonly [Names in StringNames]: ((name: string) => boolean) | undefined } = {
  table: (name) => !name.endsWith(".mtl"),
  weights: (name) => name.endsWith(".safetensors"),
  file: (name) => !name.endsWith(".mtl"),
  column: undefined,
  measure: undefined,
  task: undefined,
};

function specifications({ workspace, analysis: { path }, string }: CompletionRequest): readonly Draft[] {
  return workspace.specifications
    .filter((other) => other !== path)
    .map((other) => {
      const label = importPath(path, other);
      return { label, kind: "file", rank: 0, ...(string ? { at: string } : { text: JSON.stringify(label) }) };
    });
}

/** The entries of the folder that is written so far. */
function entries(request: CompletionRequest, fits: (name: string) => boolean): readonly Draft[] {
  const { workspace, analysis } = request;
  const segment = segmentAt(request, "/");
  const folder = workspace.resolve(analysis.path, segment?.before.length ? `${segment.before.join("/")}/` : "./");
  return workspace
    .entriesIn(folder)
    .filter((entry) => !entry.name.startsWith(".") && (entry.kind === "folder" || fits(entry.name)))
    .map((entry) => ({ ...item(entry), ...(segment ? { at: segment.at } : quoted(entry)) }));
}

function item({ name, kind }: FolderEntry): Draft {
  return {
    label: kind === "folder" ? `${name}/` : name,
    kind,
    rank: kind === "file" ? 0 : 1,
    text: kind === "folder" ? `${name}/` : name,
  };
}

function quoted({ name, kind }: FolderEntry): Pick<Draft, "text" | "snippet"> {
  return kind === "file"
    ? { text: JSON.stringify(name) }
    : { text: JSON.stringify(`${name}/`), snippet: [`"${name}/`, { hole: "" }, '"'] };
}
