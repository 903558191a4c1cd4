import { UserError } from "../user-error.ts";
import type { FileMap } from "./file-map.ts";

/**
 * Fetches a trained model: the folder `model/` of a run, as a web server serves it. Only the files that its `model.json`
 * lists are fetched.
 *
 * @param address - The address of the folder, relative to the page.
 * @returns The files by their paths in the folder, for `writeFiles`.
 * @throws UserError of kind `data` if there is no model.
 */
export async function fetchModel(address: string): Promise<FileMap> {
  const folder = address.endsWith("/") ? address : `${address}/`;
  const manifest = await fetched(`${folder}model.json`);
  const { files = {} } = JSON.parse(await manifest.text()) as { readonly files?: { readonly [path: string]: string } };
  const contents = await Promise.all(
    Object.keys(files).map(async (path) => [path, await fetched(folder + path)] as const),
  );
  return { "model.json": manifest, ...Object.fromEntries(contents) };
}

async function fetched(address: string): Promise<Blob> {
  const response = await fetch(address);
  if (response.ok) return response.blob();
  throw new UserError(
    "data",
    `${address} cannot be fetched: the server answers ${response.status}.`,
    "Serve the folder model/ of a run whose training has ended.",
  );
}
