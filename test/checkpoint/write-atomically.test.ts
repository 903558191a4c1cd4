import * as nodeFiles from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type WritableFiles, writeAtomically } from "../../runtime/files/write-atomically.ts";
import { UserError } from "../../runtime/user-error.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await nodeFiles.mkdtemp(join(tmpdir(), "atomic-"));
  path = join(folder, "state.json");
  await nodeFiles.writeFile(path, "old");
});
afterEach(() => nodeFiles.rm(folder, { recursive: true }));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Chunks whose last one throws. */
function* chunksThenFailure(): Generator<Uint8Array> {
  yield text("half");
  throw new Error("ENOSPC: no space left on device");
}
const withoutRename: WritableFiles = {
  ...nodeFiles,
  rename: () => Promise.reject(new Error("EACCES: permission denied")),
};

describe("writing atomically", () => {
  test("replaces the file by all chunks and leaves no other file", async () => {
    await writeAtomically(path, [text("new "), text("content")]);
    expect(await nodeFiles.readFile(path, "utf8")).toBe("new content");
    expect(await nodeFiles.readdir(folder)).toEqual(["state.json"]);
  });

  test.each([
    { failure: "while writing", write: () => writeAtomically(path, chunksThenFailure()), reason: /ENOSPC/ },
    { failure: "while renaming", write: () => writeAtomically(path, [text("new")], withoutRename), reason: /EACCES/ },
  ])("a failure $failure leaves the old file, and nothing else", async ({ write, reason }) => {
    await expect(write()).rejects.toThrow(UserError);
    await expect(write()).rejects.toThrow(reason);
    expect(await nodeFiles.readFile(path, "utf8")).toBe("old");
    expect(await nodeFiles.readdir(folder)).toEqual(["state.json"]);
  });

  test("flushes the file before renaming it", async () => {
    const events: string[] = [];
    const files: WritableFiles = {
      ...nodeFiles,
      open: async (...args: Parameters<typeof nodeFiles.open>) => {
        const file = await nodeFiles.open(...args);
        const sync = file.sync.bind(file);
        file.sync = async () => {
          events.push(args[0] === folder ? "flush folder" : "flush file");
          await sync();
        };
        return file;
      },
      rename: async (from, to) => {
        events.push("rename");
        await nodeFiles.rename(from, to);
      },
    };
    await writeAtomically(path, [text("new")], files);
    expect(events).toEqual(
      process.platform === "win32" ? ["flush file", "rename"] : ["flush file", "rename", "flush folder"],
    );
  });
});
