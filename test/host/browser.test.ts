import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { pictureGrid } from "../../runtime/data/pictures/picture-grid.ts";
import * as browserBytes from "../../runtime/host/browser/bytes.ts";
import * as browserFiles from "../../runtime/host/browser/files.ts";
import * as browserHashing from "../../runtime/host/browser/hashing.ts";
import * as browserPaths from "../../runtime/host/browser/paths.ts";
import * as browserPictures from "../../runtime/host/browser/pictures.ts";
import * as browserStreams from "../../runtime/host/browser/streams.ts";
import * as browserValues from "../../runtime/host/browser/values.ts";
import { parseDelimited as browserDelimited } from "../../runtime/host/browser/delimited.ts";
import { packageVersion as browserVersion } from "../../runtime/host/browser/package-version.ts";
import { parseDelimited } from "../../runtime/host/delimited.ts";
import * as bytes from "../../runtime/host/bytes.ts";
import * as files from "../../runtime/host/files.ts";
import * as hashing from "../../runtime/host/hashing.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { packageVersion } from "../../runtime/package-version.ts";
import * as paths from "../../runtime/host/paths.ts";
import * as pictures from "../../runtime/host/pictures.ts";
import * as streams from "../../runtime/host/streams.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-host-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const folder = join(packageRoot(), "runtime", "host");
const modules = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "portable-path.ts");

test.each(modules)("%s has the same exports for a browser, and package.json says so", async (name) => {
  const [node, browser] = (await Promise.all([
    import(join(folder, name)),
    import(join(folder, "browser", name)),
  ])) as readonly object[];
  expect(Object.keys(browser ?? {}).sort()).toEqual(Object.keys(node ?? {}).sort());
  const { browser: mapped } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    readonly browser: Readonly<Record<string, string>>;
  };
  const built = name.replace(/ts$/, "js");
  expect(mapped[`./runtime/host/${name}`]).toBe(`./runtime/host/browser/${name}`);
  expect(mapped[`./dist/runtime/host/${built}`]).toBe(`./dist/runtime/host/browser/${built}`);
});

test("the version in a page is that of the package", () => {
  expect(browserVersion()).toBe(packageVersion());
});

test("no two changes of files in a page have the same time, so that it tells whether a file has changed", async () => {
  const times: number[] = [];
  for (let change = 0; change < 100; change++) {
    await browserFiles.writeFile("/changed", String(change));
    times.push((await browserFiles.stat("/changed")).mtimeMs);
  }
  expect(new Set(times).size).toBe(100);
});

type Files = typeof files;

/** Uses of files; each returns what a program sees, an error by its code. */
const uses: { readonly [name: string]: (on: Files, at: (path: string) => string) => Promise<unknown> } = {
  "a missing file": async (on, at) => [
    await on.readFile(at("none")).catch(codeOf),
    await on.stat(at("none/deeper")).catch(codeOf),
    await on.readdir(at("none")).catch(codeOf),
    await on.rm(at("none")).catch(codeOf),
    await on.rm(at("none"), { force: true }),
    on.existsSync(at("none")),
    on.statSync(at("none"), { throwIfNoEntry: false }),
    await on.open(at("none"), "r").catch(codeOf),
    await on.writeFile(at("none/file"), "text").catch(codeOf),
  ],
  "files and folders": async (on, at) => {
    await on.mkdir(at("a/b/c"), { recursive: true });
    await on.writeFile(at("a/b/text"), "größer");
    await on.writeFile(at("a/b/c/bytes"), Uint8Array.of(1, 2, 3));
    on.appendFileSync(at("a/b/text"), "!");
    return [
      await on.readFile(at("a/b/text"), "utf8"),
      on.readFileSync(at("a/b/c/bytes")).toString("hex"),
      await on.mkdir(at("a/b")).catch(codeOf),
      await on.mkdir(at("a/b/text/below"), { recursive: true }).catch(codeOf),
      await on.readdir(at("a/b/text")).catch(codeOf),
      (await on.readdir(at("a"), { recursive: true })).sort(),
      (await on.readdir(at("a/b"), { withFileTypes: true }))
        .map((entry) => `${entry.name} ${entry.isFile()} ${entry.isDirectory()}`)
        .sort(),
      await on.rm(at("a")).catch(codeOf),
      await on.unlink(at("a/b")).catch((error: unknown) => ["EISDIR", "EPERM"].includes(String(codeOf(error)))),
      (await on.stat(at("a/b/text"))).size,
      await on.copyFile(at("a/b/text"), at("copy")),
      await on.readFile(at("copy"), "latin1"),
      await on.rm(at("a"), { recursive: true }),
      on.existsSync(at("a/b/c/bytes")),
    ];
  },
  renaming: async (on, at) => {
    await on.mkdir(at("from"));
    await on.mkdir(at("full/below"), { recursive: true });
    await on.writeFile(at("from/file"), "1");
    await on.writeFile(at("other"), "2");
    return [
      await on.rename(at("from"), at("full")).catch(codeOf),
      await on.rename(at("from"), at("from/within")).catch(codeOf),
      await on.rename(at("other"), at("full")).catch(codeOf),
      await on.rename(at("other"), at("from/file")),
      await on.readFile(at("from/file"), "utf8"),
      await on.rename(at("from"), at("full/below")),
      await on.readFile(at("full/below/file"), "utf8"),
      on.existsSync(at("from")),
    ];
  },
  "open files": async (on, at) => {
    const written = await on.open(at("open"), "wx");
    await written.write(Buffer.from("hello world"), 0, 11, 0);
    await written.write(Buffer.from("J"), 0, 1, 0);
    await written.sync();
    await written.close();
    const read = await on.open(at("open"), on.constants.O_RDONLY);
    const buffer = Buffer.alloc(5);
    const { bytesRead } = await read.read(buffer, 1, 4, 6);
    const beyond = await read.read(Buffer.alloc(4), 0, 4, 100);
    const pieces: string[] = [];
    for await (const piece of read.createReadStream({ end: 4 })) pieces.push(String(piece));
    const twice = await on.open(at("open"), "wx").catch(codeOf);
    const pages = on.openSync(at("pages"), "wx+");
    on.unlinkSync(at("pages"));
    on.writeSync(pages, Uint8Array.of(7, 8, 9), 0, 3, 4);
    const page = new Uint8Array(7);
    on.readSync(pages, page, 0, 7, 0);
    on.closeSync(pages);
    on.truncateSync(at("open"), 3);
    const appended = on.openSync(at("open"), "a");
    on.writeSync(appended, Buffer.from("xyz"), 1);
    on.fsyncSync(appended);
    on.closeSync(appended);
    return [
      bytesRead,
      buffer.toString(),
      beyond.bytesRead,
      pieces.join(""),
      twice,
      [...page],
      await on.readFile(at("open"), "utf8"),
      (await on.realpath(at("x/../open"))) === at("open"),
    ];
  },
};

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}

test.each(Object.entries(uses))("%s: files in memory do what files on disk do", async (name, use) => {
  const at = (base: string) => (path: string) => join(base, name.replaceAll(" ", "-"), path);
  await files.mkdir(at(root)("."));
  await browserFiles.mkdir(at("/memory")("."), { recursive: true });
  expect(await use(browserFiles as Files, at("/memory"))).toEqual(await use(files, at(root)));
});

test("hashes are the same, piece by piece and in copies", () => {
  expect(browserHashing.sha256("größer")).toBe(hashing.sha256("größer"));
  const digests = [browserHashing, hashing].map(({ createSha256 }) => {
    const first = createSha256().update("a").update(Uint8Array.of(1, 2));
    const copy = first.copy().update("b");
    const other = createSha256().update("c");
    return [first, copy, other].map((each) => each.digest("hex"));
  });
  expect(digests[0]).toEqual(digests[1]);
});

test("paths are the same", () => {
  for (const path of ["/a/b.c/d.tar.gz", "a/../b", ".", "/", "../x", "/a/./b//c"]) {
    const seen = (of: typeof paths.posix) => [
      of.basename(path),
      of.dirname(path),
      of.extname(path),
      of.isAbsolute(path),
      of.normalize(path),
    ];
    expect([path, seen(browserPaths as unknown as typeof paths.posix)]).toEqual([path, seen(paths.posix)]);
    expect(browserPaths.resolve("/x", path)).toBe(paths.posix.resolve("/x", path));
    expect(browserPaths.join("/x", path)).toBe(paths.posix.join("/x", path));
    expect(browserPaths.relative("/a/c", browserPaths.resolve("/a", path))).toBe(
      paths.posix.relative("/a/c", paths.posix.resolve("/a", path)),
    );
  }
});

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function collected<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

test("packed files, lines and checksums are read in the same way", async () => {
  const text = Buffer.from("one\r\ntwo\nthrée\n\nlast");
  const packed = Buffer.concat([gzipSync(text.subarray(0, 6)), gzipSync(text.subarray(6))]);
  for (const host of [streams, browserStreams]) {
    expect(Buffer.concat(await collected(host.gunzipped(inPieces(packed, 7)))).toString()).toBe(text.toString());
    await expect(collected(host.gunzipped(inPieces(packed.subarray(0, 15), 4)))).rejects.toMatchObject({
      code: expect.stringMatching(/^Z_/),
    });
    await expect(collected(host.gunzipped(inPieces(text, 4)))).rejects.toMatchObject({
      code: expect.stringMatching(/^Z_/),
    });
    expect(host.gunzipSync(gzipSync(text), { maxOutputLength: 100 }).toString("utf8")).toBe(text.toString());
    expect(() => host.gunzipSync(gzipSync(text), { maxOutputLength: 10 })).toThrow();
    expect(host.crc32(text)).toBe(streams.crc32(text));
    expect(await collected(host.linesOf(streamOf(inPieces(text, 4))))).toEqual(["one", "two", "thrée", "", "last"]);
  }
});

function streamOf(pieces: AsyncIterable<Uint8Array>): never {
  return Readable.from(pieces) as never;
}

test("tables are parsed in the same way", async () => {
  const text = 'a,b\r\n1,"two\nlines"\n\n"x""y",z,w\n';
  const options = { relax_column_count: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n", "\r"] };
  const pieces = async function* () {
    yield text.slice(0, 9);
    yield text.slice(9);
  };
  const [here, there] = await Promise.all([
    collected(parseDelimited(pieces(), options)),
    collected(browserDelimited(pieces(), options)),
  ]);
  expect(there.map(({ record, info }) => [record, info.lines])).toEqual(
    here.map(({ record, info }) => [record, info.lines]),
  );
});

test("kept values come back bit by bit", () => {
  const value = {
    list: [1, -0, Number.NaN, Infinity, 0.1, null, true, "text", undefined, 2n ** 70n],
    $key: { $undefined: 1 },
    bytes: Uint8Array.of(1, 255),
    floats: Float32Array.of(0.1, -0),
  };
  expect(browserValues.deserialize(browserValues.serialize(value))).toEqual(value);
});

/** Adds the chunk `tRNS` behind the header of a PNG. */
function withTransparency(png: Buffer, content: readonly number[]): Buffer {
  const named = Buffer.from([...Buffer.from("tRNS"), ...content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(streams.crc32(named));
  return Buffer.concat([png.subarray(0, 33), length, named, sum, png.subarray(33)]);
}

describe("pictures", () => {
  const noise = (width: number, height: number, channels: 1 | 2 | 3 | 4) =>
    sharp(
      Uint8Array.from({ length: width * height * channels }, (_, index) => (index * 7919 + (index >> 3)) % 256),
      { raw: { width, height, channels } },
    );
  const grey = () => noise(21, 13, 1).toColourspace("b-w");
  const cases: { readonly [name: string]: () => Promise<Buffer> } = {
    "grey of 8 bits": () => grey().png().toBuffer(),
    "grey and opacity": () => noise(21, 13, 2).toColourspace("b-w").png().toBuffer(),
    colour: () => noise(21, 13, 3).png().toBuffer(),
    "colour and opacity, interlaced": () => noise(21, 13, 4).png({ progressive: true }).toBuffer(),
    "a palette": () => noise(21, 13, 3).png({ palette: true, colours: 16 }).toBuffer(),
    "a palette with opacity": () => noise(21, 13, 4).png({ palette: true, colours: 30 }).toBuffer(),
    "a palette of two colours, interlaced": () =>
      grey().threshold(128).png({ palette: true, colours: 2, progressive: true }).toBuffer(),
    "a colour that is transparent": async () =>
      withTransparency(await noise(21, 13, 3).png().toBuffer(), [0, 0, 0, 239, 0, 222]),
    "a grey that is transparent": async () => withTransparency(await grey().png().toBuffer(), [0, 239]),
    "many lines, interlaced": () => noise(1, 300, 3).png({ progressive: true }).toBuffer(),
    "a palette of two colours": () => grey().threshold(128).png({ palette: true, colours: 2 }).toBuffer(),
    "colour of 16 bits": () => noise(21, 13, 3).toColourspace("rgb16").png().toBuffer(),
    "grey of 16 bits": () => noise(21, 13, 1).toColourspace("grey16").png().toBuffer(),
    "an orientation": () => noise(21, 13, 3).withMetadata({ orientation: 6 }).png().toBuffer(),
  };

  test.each(Object.entries(cases))("PNG, %s: a page reads the pixels that Node reads", async (_name, make) => {
    const bytes = new Uint8Array(await make());
    const options = { mostPixels: 1e6 };
    const facts = await pictures.readPictureFacts(bytes);
    expect(await browserPictures.readPictureFacts(bytes)).toEqual({
      format: facts.format,
      width: facts.width,
      height: facts.height,
      depth: facts.depth,
      ...(facts.orientation === undefined ? {} : { orientation: facts.orientation }),
      autoOrient: facts.autoOrient,
    });
    const [here, there] = [
      await pictures.decodePixels(bytes, options),
      await browserPictures.decodePixels(bytes, options),
    ];
    const grid = { height: 9, width: 9, channels: 4, fit: "stretch", background: "white" } as const;
    expect(pictureGrid(there, grid)).toEqual(pictureGrid(here, grid));
    expect(pictureGrid(there, { ...grid, channels: 1 })).toEqual(pictureGrid(here, { ...grid, channels: 1 }));
  });

  test.each([
    ["is cut off", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 40)],
    ["has a damaged pixel", (bytes: Uint8Array) => bytes.with(bytes.length - 30, bytes[bytes.length - 30]! ^ 1)],
  ])("a PNG that %s is an error, as in Node", async (_name, damaged) => {
    const bytes = damaged(new Uint8Array(await noise(21, 13, 3).png().toBuffer()));
    await expect(pictures.decodePixels(bytes, { mostPixels: 1e6 })).rejects.toThrow();
    await expect(browserPictures.decodePixels(bytes, { mostPixels: 1e6 })).rejects.toThrow(
      /ends too soon|IDAT is damaged/u,
    );
  });

  test("JPEG: a page reads the size and the orientation that Node reads", async () => {
    const bytes = new Uint8Array(await noise(21, 13, 3).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const { width, height, orientation, autoOrient, depth } = await pictures.readPictureFacts(bytes);
    expect(await browserPictures.readPictureFacts(bytes)).toMatchObject({
      width,
      height,
      orientation,
      autoOrient,
      depth,
    });
  });

  test("a written PNG has the pixels that were given", async () => {
    const raw = await pictures.decodePixels(new Uint8Array(await noise(5, 4, 3).png().toBuffer()), { mostPixels: 100 });
    const again = await pictures.decodePixels(await browserPictures.encodePng(raw), { mostPixels: 100 });
    expect(again.data).toEqual(raw.data);
  });
});

test.each(["", "plain", "a".repeat(5000), "größe", "\u{1f98a}"])(
  "a text is found to be ASCII, and kept: %s",
  (text) => {
    const [here, there] = [bytes, browserBytes].map((on) => {
      const kept = on.Buffer.alloc(text.length + 4);
      if (!on.isAscii(text)) return undefined;
      on.writeAscii(kept, text, 3);
      return [on.readAscii(kept, 3, 3 + text.length), kept.toString("hex")];
    });
    expect(there).toEqual(here);
    expect(here?.[0] ?? text).toBe(text);
  },
);

test.each(["", "AP8Q", "AP8QIA==", "AP8QIA", "AP8\nQIA==", "-_-_", "AP8QI*A=", "QQ==QQ==", "Q"])(
  "base64 is read as Node reads it: %j",
  (text) => expect([...browserBytes.fromBase64(text)]).toEqual([...bytes.fromBase64(text)]),
);

test("the plain class of bytes reads and writes as that of Node", () => {
  const [here, there] = [{ Buffer }, browserBytes].map(({ Buffer: Bytes }) => {
    const bytes = Bytes.alloc(12);
    bytes.write("größe", 0, "latin1");
    bytes.writeDoubleLE(-0.1, 4);
    return Bytes.concat([bytes, Bytes.from("ff", "hex"), Bytes.from("ä")]).toString("base64");
  });
  expect(there).toBe(here);
});
