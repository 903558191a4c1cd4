import { writeSync } from "node:fs";
import * as nodeFiles from "node:fs/promises";
import type { Disk } from "./tiny-run.ts";

/**
 * A disk that has room for so many bytes and then refuses to write, as the system does. What is deleted frees no space.
 */
export function fullDisk(room: number): Disk {
  let left = room;
  const take = (bytes: number): void => {
    left -= bytes;
    if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  return {
    files: {
      ...nodeFiles,
      open: async (...args: Parameters<typeof nodeFiles.open>) => {
        const file = await nodeFiles.open(...args);
        const write = file.writeFile.bind(file);
        file.writeFile = async (data, options) => {
          take((data as Uint8Array).byteLength);
          await write(data, options);
        };
        return file;
      },
    },
    write: (file, bytes, offset) => {
      take(bytes.length - offset);
      return writeSync(file, bytes, offset);
    },
  };
}
