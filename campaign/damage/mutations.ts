import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import type { Random } from "../random.ts";

/**
 * Damages a file and describes the damage. It returns `undefined` if it does not apply to the file. `others` are files
 * that may replace it.
 */
export type Mutation = (path: string, random: Random, others: readonly string[]) => string | undefined;

export const mutations: { readonly [name: string]: Mutation } = {
  bit: (path, random) => {
    const bytes = readFileSync(path);
    if (bytes.length === 0) return undefined;
    const [at, bit] = [random.below(bytes.length), random.below(8)];
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    writeFileSync(path, bytes);
    return `bit ${bit} of byte ${at} flipped`;
  },
  cut: (path, random) => {
    const length = random.below(statSync(path).size);
    truncateSync(path, length);
    return `cut to ${length} bytes`;
  },
  longer: (path, random) => {
    appendFileSync(path, Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256))));
    return "bytes added";
  },
  empty: (path) => {
    writeFileSync(path, "");
    return "emptied";
  },
  removed: (path) => {
    rmSync(path);
    return "removed";
  },
  folder: (path) => {
    rmSync(path);
    mkdirSync(path);
    return "replaced by a folder";
  },
  loop: (path) => {
    rmSync(path);
    symlinkSync(basename(path), path);
    return "replaced by a link to itself";
  },
  device: (path) => {
    rmSync(path);
    symlinkSync("/dev/zero", path);
    return "replaced by a link to /dev/zero";
  },
  pipe: (path) => {
    rmSync(path);
    spawnSync("mkfifo", [path]);
    return "replaced by a pipe";
  },
  deep: (path) => {
    if (!/\.jsonl?$/.test(path)) return undefined;
    writeFileSync(path, `${"[".repeat(4000)}${"]".repeat(4000)}\n`);
    return "replaced by JSON 4,000 deep";
  },
  value: (path, random) => editJson(path, random),
  swap: (path, random, others) => {
    const other = random.of(others);
    if (other === path || !existsSync(other) || !statSync(other).isFile()) return undefined;
    copyFileSync(other, path);
    return `replaced by ${other}`;
  },
};

/** Changes a random value in a JSON file, or in one line of a JSON Lines file. */
function editJson(path: string, random: Random): string | undefined {
  if (!/\.jsonl?$/.test(path)) return undefined;
  const text = readFileSync(path, "utf8");
  const lines = path.endsWith(".jsonl") ? text.split("\n").slice(0, -1) : [text];
  const line = random.below(Math.max(1, lines.length));
  let document: unknown;
  try {
    document = JSON.parse(lines[line] ?? "");
  } catch {
    return undefined;
  }
  const entries = entriesIn(document, "");
  if (entries.length === 0) return undefined;
  const entry = random.of(entries);
  const value = random.of(valuesFor(entry.holder[entry.key], random));
  if (value === undefined) delete entry.holder[entry.key];
  else entry.holder[entry.key] = value;
  lines[line] = JSON.stringify(document);
  writeFileSync(path, path.endsWith(".jsonl") ? `${lines.join("\n")}\n` : `${lines[0] ?? ""}\n`);
  return `${entry.path} of line ${line + 1} ${value === undefined ? "removed" : `set to ${JSON.stringify(value).slice(0, 60)}`}`;
}

interface JsonEntry {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly path: string;
}

function entriesIn(value: unknown, path: string): readonly JsonEntry[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    { holder: value as Record<string, unknown>, key, path: `${path}/${key}` },
    ...entriesIn((value as Record<string, unknown>)[key], `${path}/${key}`),
  ]);
}

function valuesFor(value: unknown, random: Random): readonly unknown[] {
  const common = [null, undefined, [], {}, "../../../outside", -1, 1.5, 1e300];
  if (typeof value === "number") return [value + 1, value + 2, -value, value / 2, ...common];
  if (typeof value === "string")
    return [
      `${value}x`,
      value.slice(1),
      "",
      `../../${value}`,
      value.replace(/\d/, (digit) => String((Number(digit) + 1 + random.below(8)) % 10)),
      ...common,
    ];
  return common;
}
