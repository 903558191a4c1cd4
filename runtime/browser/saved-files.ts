/** The part of IndexedDB that this module uses; the types of this repository are those of Node. */
interface Source<Name extends string> {
  addEventListener(name: Name, listen: () => void): void;
}

interface Request<Result> extends Source<"success" | "error"> {
  readonly result: Result;
  readonly error: Error | null;
}

interface Opening extends Request<Database> {
  addEventListener(name: "success" | "error" | "upgradeneeded", listen: () => void): void;
}

interface Database {
  createObjectStore(name: string): void;
  transaction(store: string, mode: "readonly" | "readwrite"): Transaction;
  close(): void;
}

interface Transaction extends Source<"complete" | "abort"> {
  readonly error: Error | null;
  objectStore(name: string): Store;
}

interface Store {
  put(value: unknown, key: string): void;
  delete(key: string): void;
  get(key: string): Request<unknown>;
  getAllKeys(): Request<readonly string[]>;
}

const databaseName = "mtl";
const storeName = "folders";

/**
 * Keeps files in the browser's storage under a name, in place of those that were there. Either all of them are kept or
 * none, whenever the page is closed.
 */
export async function saveFiles(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await inStore("readwrite", async (store) => store.put(files, name));
}

/** The files that were kept under a name; `undefined` if there are none. */
export function savedFiles(name: string): Promise<Record<string, Uint8Array> | undefined> {
  return inStore("readonly", (store) => resultOf(store.get(name)) as Promise<Record<string, Uint8Array> | undefined>);
}

/** The names under which files are kept. */
export function savedNames(): Promise<readonly string[]> {
  return inStore("readonly", (store) => resultOf(store.getAllKeys()));
}

/** Deletes the files that were kept under a name. */
export async function deleteSaved(name: string): Promise<void> {
  await inStore("readwrite", async (store) => store.delete(name));
}

async function inStore<Result>(
  mode: "readonly" | "readwrite",
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(storeName, mode);
    const completed = new Promise<void>((resolve, reject) => {
      transaction.addEventListener("complete", () => resolve());
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("the browser kept nothing")));
    });
    const result = await use(transaction.objectStore(storeName));
    await completed;
    return result;
  } finally {
    database.close();
  }
}

async function openDatabase(): Promise<Database> {
  const { indexedDB } = globalThis as unknown as {
    readonly indexedDB: { open(name: string, version: number): Opening };
  };
  const opening = indexedDB.open(databaseName, 1);
  opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(storeName));
  return resultOf(opening);
}

function resultOf<Result>(request: Request<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () =>
      reject(request.error ?? new Error("the browser's storage does not answer")),
    );
  });
}
