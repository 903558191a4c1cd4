import fs, { type PathLike } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/**
 * The moment at which a process kills itself: before or after a rename, in the middle of a write, or after some time.
 */
export type Fault =
  | { readonly at: "before_rename" | "after_rename" | "within_write"; readonly count: number }
  | { readonly at: "milliseconds"; readonly after: number }
  | { readonly at: "never" };

/**
 * Makes the process kill itself at `fault`. It must be called before any other module loads `node:fs`. The result
 * counts the renames and writes so far.
 */
export function armed(fault: Fault): () => { readonly renames: number; readonly writes: number } {
  let [renames, writes] = [0, 0];
  const isDue = (at: Fault["at"], count: number): boolean =>
    fault.at === at && "count" in fault && fault.count === count;
  const { rename, open } = fs.promises;
  const { writeSync } = fs;
  fs.promises.rename = async (from: PathLike, to: PathLike) => {
    renames += 1;
    if (isDue("before_rename", renames)) die();
    await rename(from, to);
    if (isDue("after_rename", renames)) die();
  };
  fs.promises.open = async (...given: Parameters<typeof open>) => {
    const file = await open(...given);
    const writeFile = file.writeFile.bind(file) as (bytes: unknown) => Promise<void>;
    const dying: typeof writeFile = async (bytes) => {
      writes += 1;
      if (isDue("within_write", writes) && bytes instanceof Uint8Array) {
        await writeFile(bytes.subarray(0, bytes.length >> 1));
        die();
      }
      return writeFile(bytes);
    };
    file.writeFile = dying;
    return file;
  };
  fs.writeSync = ((file: number, bytes: Uint8Array, offset: number | null = 0) => {
    if (!(bytes instanceof Uint8Array)) return writeSync(file, bytes);
    writes += 1;
    if (!isDue("within_write", writes)) return writeSync(file, bytes, offset ?? 0);
    writeSync(file, bytes, offset ?? 0, (bytes.length - (offset ?? 0)) >> 1);
    die();
  }) as typeof fs.writeSync;
  syncBuiltinESMExports();
  if (fault.at === "milliseconds") setTimeout(die, fault.after);
  return () => ({ renames, writes });
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal may arrive a moment later.
  for (;;);
}
