import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LARGEST_HEADER, parseHeader } from "../../runtime/checkpoint/safetensors-header.ts";
import {
  type Safetensors,
  type StoredTensor,
  readSafetensors,
  writeSafetensors,
} from "../../runtime/checkpoint/safetensors.ts";
import { UserError } from "../../runtime/user-error.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "safetensors-"));
});
afterAll(() => rm(folder, { recursive: true }));

const file: Safetensors = {
  tensors: new Map<string, StoredTensor>([
    ["read.embed.kernel", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, -0, 1e-45, NaN, Infinity, 3.5) }],
    ["flags", { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) }],
    ["__proto__", { dtype: "U8", shape: [1], data: Uint8Array.of(7) }],
    ["half", { dtype: "F16", shape: [2], data: Uint16Array.of(0x3c00, 0x7e01) }],
    ["brain", { dtype: "BF16", shape: [1], data: Uint16Array.of(0x3f80) }],
    ["counts", { dtype: "I32", shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
    ["wide", { dtype: "I64", shape: [1], data: BigInt64Array.of(-(2n ** 63n)) }],
    ["scalar", { dtype: "F64", shape: [], data: Float64Array.of(Math.PI) }],
    ["nothing", { dtype: "F32", shape: [0, 4], data: new Float32Array(0) }],
    ['größe ☂ "\\', { dtype: "F32", shape: [1], data: Float32Array.of(2) }],
  ]),
  metadata: new Map([
    ["format", "pt"],
    ["note", "two\nlines"],
  ]),
};

const header = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const withHeader = (bytes: Uint8Array, length = BigInt(bytes.length), data = new Uint8Array()): Uint8Array => {
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, length, true);
  return Buffer.concat([prefix, bytes, data]);
};

describe("safetensors", () => {
  test("a file that was written is read with the same bits", async () => {
    const path = join(folder, "round-trip.safetensors");
    await writeSafetensors(path, file);
    const read = await readSafetensors(path);
    expect(new Map(read.tensors)).toEqual(file.tensors);
    expect(read.metadata).toEqual(file.metadata);
  });

  test("a view into a larger buffer is written alone", async () => {
    const path = join(folder, "view.safetensors");
    const data = Float32Array.of(0, 1, 2, 3, 4).subarray(1, 3);
    await writeSafetensors(path, {
      tensors: new Map([["x", { dtype: "F32", shape: [2], data }]]),
      metadata: new Map(),
    });
    expect([...((await readSafetensors(path)).tensors.get("x")?.data ?? [])]).toEqual([1, 2]);
  });

  test("data is aligned to its elements, as the reference implementation requires", async () => {
    const path = join(folder, "aligned.safetensors");
    await writeSafetensors(path, file);
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const { entries } = parseHeader(bytes.subarray(8, 8 + length), bytes.length - 8 - length, path);
    for (const { name, begin } of entries)
      expect(begin % (file.tensors.get(name)?.data.BYTES_PER_ELEMENT ?? 0)).toBe(0);
  });

  test("Python's safetensors reads our files, and we read its files", async ({ skip }) => {
    if (spawnSync("python3", ["-c", "import numpy, safetensors"]).status !== 0)
      skip("Python's safetensors and numpy are not installed here");
    const [ours, theirs] = [join(folder, "ours.safetensors"), join(folder, "theirs.safetensors")];
    await writeSafetensors(ours, file);
    const script = [
      "import sys; from safetensors import safe_open; from safetensors.numpy import save_file",
      "f = safe_open(sys.argv[1], 'np')",
      "save_file({k: f.get_tensor(k) for k in f.keys()}, sys.argv[2], f.metadata())",
    ].join("\n");
    const { status, stderr } = spawnSync("python3", ["-c", script, ours, theirs], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const read = await readSafetensors(theirs);
    expect(new Map(read.tensors)).toEqual(file.tensors);
    expect(read.metadata).toEqual(file.metadata);
  });
});

describe("a damaged file is refused with a reason", () => {
  const tensor = (changes: object = {}) => ({ dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes });
  const cases: readonly {
    readonly name: string;
    readonly header: unknown;
    readonly dataBytes?: number;
    readonly reason: RegExp;
  }[] = [
    { name: "not JSON", header: "{", reason: /not JSON/ },
    { name: "not UTF-8", header: Uint8Array.of(0x7b, 0xff, 0x7d), reason: /not JSON/ },
    { name: "an array", header: [], reason: /not an object/ },
    { name: "an unknown dtype", header: { x: tensor({ dtype: "F8_E5M2" }) }, reason: /dtype "F8_E5M2"/ },
    { name: "a dtype of Object.prototype", header: { x: tensor({ dtype: "constructor" }) }, reason: /dtype/ },
    { name: "a negative size", header: { x: tensor({ shape: [-2] }) }, reason: /no shape/ },
    { name: "a fraction", header: { x: tensor({ shape: [1.5] }) }, reason: /no shape/ },
    {
      name: "a product that overflows",
      header: { x: tensor({ shape: [2 ** 40, 2 ** 40] }) },
      reason: /bytes of data for/,
    },
    {
      name: "a shape that does not fit the data",
      header: { x: tensor({ shape: [3] }) },
      reason: /8 bytes of data for F32 \[3\]/,
    },
    { name: "offsets in the wrong order", header: { x: tensor({ data_offsets: [8, 0] }) }, reason: /offsets/ },
    { name: "three offsets", header: { x: tensor({ data_offsets: [0, 8, 8] }) }, reason: /offsets/ },
    {
      name: "more data than the file",
      header: { x: tensor() },
      dataBytes: 4,
      reason: /describes 8 bytes of data and has 4/,
    },
    {
      name: "less data than the file",
      header: { x: tensor() },
      dataBytes: 9,
      reason: /describes 8 bytes of data and has 9/,
    },
    {
      name: "an overlap",
      header: { x: tensor(), y: tensor({ data_offsets: [4, 12] }) },
      dataBytes: 12,
      reason: /"y" overlaps/,
    },
    {
      name: "a gap",
      header: { x: tensor(), y: tensor({ data_offsets: [12, 20] }) },
      dataBytes: 20,
      reason: /"y" follows a gap/,
    },
    { name: "metadata that is no string", header: { __metadata__: { a: 1 } }, dataBytes: 0, reason: /metadata "a"/ },
    { name: "metadata that is no object", header: { __metadata__: null }, dataBytes: 0, reason: /metadata/ },
    {
      name: "a name twice",
      header: `{"x":${JSON.stringify(tensor())},"\\u0078" : ${JSON.stringify(tensor())}}`,
      reason: /"x" twice/,
    },
    {
      name: "a field twice",
      header: `{"x":{"dtype":"U8","dtype":"F32","shape":[2],"data_offsets":[0,8]}}`,
      reason: /"dtype" twice/,
    },
  ];
  test.each(cases)("$name", ({ header: value, dataBytes = 8, reason }) => {
    const bytes = value instanceof Uint8Array ? value : header(value);
    expect(() => parseHeader(bytes, dataBytes, "m.safetensors")).toThrow(UserError);
    expect(() => parseHeader(bytes, dataBytes, "m.safetensors")).toThrow(reason);
  });

  test.each([
    { name: "empty", bytes: new Uint8Array(), reason: /0 bytes/ },
    { name: "header above the limit", bytes: withHeader(header({}), BigInt(LARGEST_HEADER) + 1n), reason: /more than/ },
    { name: "largest length", bytes: withHeader(header({}), 2n ** 64n - 1n), reason: /more than/ },
    { name: "cut within its header", bytes: withHeader(header({}), 3n), reason: /ends within/ },
    {
      name: "cut within its data",
      bytes: withHeader(header({ x: tensor() }), undefined, new Uint8Array(7)),
      reason: /has 7/,
    },
  ])("$name", async ({ bytes, reason }) => {
    const path = join(folder, "damaged.safetensors");
    await writeFile(path, bytes);
    await expect(readSafetensors(path)).rejects.toThrow(UserError);
    await expect(readSafetensors(path)).rejects.toThrow(reason);
  });

  test("a missing file and a folder", async () => {
    await expect(readSafetensors(join(folder, "missing"))).rejects.toThrow(UserError);
    await expect(readSafetensors(folder)).rejects.toThrow(UserError);
  });

  test("any header either gives a UserError or describes tensors that cover the data exactly", () => {
    const count = fc.oneof(fc.nat(4), fc.constantFrom(-1, 0.5, 2 ** 53, 1e308, null, "1"));
    const entry = fc.oneof(
      fc.record(
        {
          dtype: fc.constantFrom("F32", "U8", "I64", "F16", "toString"),
          shape: fc.array(count, { maxLength: 3 }),
          data_offsets: fc.array(count, { minLength: 1, maxLength: 3 }),
        },
        { requiredKeys: [] },
      ),
      fc.record({ dtype: fc.constant("U8"), shape: fc.tuple(fc.nat(4)), data_offsets: fc.tuple(fc.nat(4), fc.nat(8)) }),
      fc.jsonValue(),
    );
    const bytes = fc.oneof(
      fc
        .dictionary(fc.oneof(fc.string(), fc.constantFrom("__metadata__", "__proto__")), entry, { maxKeys: 3 })
        .map(header),
      fc.json().map(header),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(bytes, fc.nat(16), (document, dataBytes) => {
        try {
          const { entries } = parseHeader(document, dataBytes, "m.safetensors");
          expect(entries.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(dataBytes);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
