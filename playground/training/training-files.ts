import type { IndexedExample, DataIndex } from "../data/data-index.ts";
import { fetchExample } from "../data/fetch-example.ts";

const indexAddress = new URL("./data/index.json", document.baseURI);
let index: Promise<DataIndex | undefined> | undefined;
const fetched = new Map<string, ReadonlyMap<string, Uint8Array>>();

/** The examples whose data the page has; `undefined` if it was built without data. */
export function dataIndex(): Promise<DataIndex | undefined> {
  index ??= fetch(indexAddress)
    .then(async (response) => (response.ok ? ((await response.json()) as DataIndex) : undefined))
    .catch(() => undefined);
  return index;
}

export async function indexedExample(name: string | undefined): Promise<IndexedExample | undefined> {
  return (await dataIndex())?.examples.find((each) => each.name === name);
}

/** The files of an example's data sets, each by the path that the specification has. */
export async function filesOfExample(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const known = fetched.get(name);
  if (known) return known;
  const example = await indexedExample(name);
  if (!example) throw new Error(`The data of the example ${name} is not here.`);
  const { files } = await fetchExample(example, indexAddress);
  fetched.set(name, files);
  return files;
}
