import { unzipSync } from "fflate";
import type { IndexedExample } from "./data-index.ts";

/** An example as the page opens it. */
export interface FetchedExample {
  readonly specification: string;
  /** Bytes by the path by which the specification refers to them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Fetches an example's specification and data. `index` is the URL of the index. */
export async function fetchExample(
  { specification, archive }: IndexedExample,
  index: string | URL,
): Promise<FetchedExample> {
  const [text, packed] = await Promise.all([fetched(specification, index), fetched(archive.url, index)]);
  const files = unzipSync(new Uint8Array(await packed.arrayBuffer()));
  return { specification: await text.text(), files: new Map(Object.entries(files)) };
}

async function fetched(url: string, index: string | URL): Promise<Response> {
  const response = await fetch(new URL(url, index));
  if (!response.ok) throw new Error(`${url} cannot be fetched: ${response.status} ${response.statusText}`);
  return response;
}
