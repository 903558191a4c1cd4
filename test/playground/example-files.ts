import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import type { DataIndex } from "../../playground/data/data-index.ts";
import type { SharedState } from "../../playground/state/url-state.ts";

/** An example of the page that a test makes up: what the address carries, and the files of its data. */
export interface MadeExample {
  readonly state: SharedState & { readonly example: string };
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** The files in the folder `data/` of a built page, as `npm run playground:data` writes them for the examples of the page. */
export function exampleFiles(examples: readonly MadeExample[]): ReadonlyMap<string, Uint8Array> {
  const made = examples.map(({ state, files }) => ({ state, files, archive: zipSync(files) }));
  const index: DataIndex = {
    examples: made.map(({ state, files, archive }) => ({
      name: state.example,
      title: state.example,
      description: "A task for tests.",
      specification: `${state.example}/${state.name}`,
      archive: { url: `${state.example}/data.zip`, bytes: archive.length },
      files: Object.entries(files).map(([path, { length }]) => ({ path, bytes: length })),
      sources: [{ name: "made up", by: "a test", licence: "none" }],
    })),
  };
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  return new Map([
    ["data/index.json", text(JSON.stringify(index))],
    ...made.flatMap(({ state, archive }) => [
      [`data/${state.example}/data.zip`, archive] as const,
      [`data/${state.example}/${state.name}`, text(state.files[state.name] ?? "")] as const,
    ]),
  ]);
}

/** Writes files into a folder of this machine. */
export async function writeAll(files: Readonly<Record<string, Uint8Array>>, folder: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
