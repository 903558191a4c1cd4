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
  readonly objectStoreNames: Iterable<string>;
  createObjectStore(name: string): void;
  deleteObjectStore(name: string): void;
  transaction(
    stores: readonly string[],
    mode: "readonly" | "readwrite",
    options: { readonly durability: "strict" },
  ): Transaction;
  close(): void;
}

interface Transaction extends Source<"complete" | "abort"> {
  readonly error: Error | null;
  objectStore(name: string): Store;
  abort(): void;
}

/** The keys of all files of a folder. */
interface KeyRange {
  readonly lower: unknown;
}

type Key = string | readonly [folder: string, path: string];

export interface Store {
  put(value: unknown, key: Key): void;
  delete(key: Key | KeyRange): void;
  get(key: Key): Request<unknown>;
  getAll(range?: KeyRange): Request<readonly unknown[]>;
  getAllKeys(range?: KeyRange): Request<readonly Key[]>;
}

/** The files of all folders by `[folder, path]`, and an entry of each folder by its name. */
export interface Stores {
  readonly files: Store;
  readonly folders: Store;
}

interface BrowserStorage {
  readonly indexedDB: { open(name: string, version: number): Opening };
  readonly IDBKeyRange: { bound(lower: unknown, upper: unknown): KeyRange };
}

const storage = globalThis as unknown as BrowserStorage;
const databaseName = "mtl";
const databaseVersion = 2;
const storeNames = ["files", "folders"] as const;

/** The keys of all files of a folder: in IndexedDB an array comes after every text. */
export function filesOf(folder: string): KeyRange {
  return storage.IDBKeyRange.bound([folder], [folder, []]);
}

/**
 * Reads or changes what the browser keeps, in one transaction: all of its changes happen, or none. A transaction ends as
 * soon as nothing of it is waited for, so that `use` may wait for its own requests only.
 */
export async function inStorage<Result>(
  mode: "readonly" | "readwrite",
  use: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(storeNames, mode, { durability: "strict" });
    const completed = new Promise<void>((resolve, reject) => {
      transaction.addEventListener("complete", () => resolve());
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("the browser kept nothing")));
    });
    const used = use({ files: transaction.objectStore("files"), folders: transaction.objectStore("folders") });
    const [result] = await Promise.all([used.catch((cause: unknown) => undo(transaction, cause)), completed]);
    return result;
  } finally {
    database.close();
  }
}

/** Without this, the changes that were asked for before an error would be kept. */
function undo(transaction: Transaction, cause: unknown): never {
  try {
    transaction.abort();
  } catch {
    // It has failed already.
  }
  throw cause;
}

async function openDatabase(): Promise<Database> {
  const opening = storage.indexedDB.open(databaseName, databaseVersion);
  opening.addEventListener("upgradeneeded", () => {
    const { result: database } = opening;
    for (const name of database.objectStoreNames) database.deleteObjectStore(name);
    for (const name of storeNames) database.createObjectStore(name);
  });
  return resultOf(opening);
}

export function resultOf<Result>(request: Request<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () =>
      reject(request.error ?? new Error("the browser's storage does not answer")),
    );
  });
}
