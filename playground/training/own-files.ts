import { signal } from "@preact/signals";

/** The reader's own files, by path. They never leave this page. */
export const ownFiles = signal<ReadonlyMap<string, Uint8Array>>(new Map());

const most = 500_000_000;

/** The files of a choice or a drop, by path; those of a zip by their paths in it. */
export async function readFiles(files: Iterable<File>): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  let size = 0;
  for (const file of files) {
    size += file.size;
    if (size > most) throw new Error("These files are larger than 500 MB, which a page cannot hold.");
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (file.name.endsWith(".zip"))
      for (const [path, content] of await unzipped(file.name, bytes)) found.set(path, content);
    else found.set(withoutTop(file), bytes);
  }
  if (found.size === 0)
    throw new Error("There are no files in what you gave. Choose a table, a folder or a zip with files.");
  return found;
}

/** The path of a file in the folder that was chosen; `name.csv` for a file by itself. */
function withoutTop({ name, webkitRelativePath }: File): string {
  return webkitRelativePath === "" ? name : webkitRelativePath;
}

async function unzipped(name: string, bytes: Uint8Array): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { unzip } = await import("fflate");
  const files = await new Promise<Readonly<Record<string, Uint8Array>>>((resolve, reject) => {
    unzip(bytes, (error, unpacked) =>
      error
        ? reject(new Error(`${name} cannot be opened as a zip. Pack it again, or give the files that are in it.`))
        : resolve(unpacked),
    );
  });
  return Object.entries(files).filter(([path]) => !path.endsWith("/") && !path.startsWith("__MACOSX"));
}

/** The files that are dropped on the page, those in folders among them. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    // A dropped folder gives each file without its path.
    const path = entry.fullPath.replace(/^\//u, "");
    if (path.includes("/")) Object.defineProperty(file, "webkitRelativePath", { value: path });
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    // A reader gives some hundred entries at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(filesIn))).flat());
  }
}
