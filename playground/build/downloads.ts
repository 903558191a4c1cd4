import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** The most bytes that a reader downloads, compressed, until a model trains: page, service, picture, trainer, engine and data. */
export const budget = 6e6;

/** The most bytes of that budget that the data of an example has, compressed. */
export const dataBudget = 0.75e6;

/** A file that a reader downloads. */
export interface Download {
  readonly name: string;
  readonly part: string;
  /** Compressed. */
  readonly bytes: number;
}

type ContentOf = (name: string) => Promise<string | Uint8Array> | string | Uint8Array;

/** Files that are loaded until a model trains, by their names; the modules that they import follow. All other files are loaded where they are used. */
const entries = [
  { part: "page", names: /^(?:index\.html|assets\/index-[\w-]+\.(?:js|css))$/u },
  { part: "language service", names: /^assets\/worker-/u },
  { part: "picture (Graphviz)", names: /^assets\/(?:picture|viz)-/u },
  { part: "trainer", names: /^assets\/(?:training-worker|onnx|read-json-lines)-/u },
  { part: "engine (ONNX Runtime)", names: /^assets\/ort(?:\.wasm\.bundle|-wasm-simd-threaded-)/u },
] as const;

/** The files of a build that are downloaded until a model trains, each with the part that needs it first. The data comes in addition. */
export async function filesUntilTraining(
  names: readonly string[],
  contentOf: ContentOf,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { part, names: pattern } of entries) {
    const open = names.filter((name) => pattern.test(name));
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (found.has(name)) continue;
      found.set(name, part);
      if (name.endsWith(".js")) open.push(...importedBy(String(await contentOf(name))));
    }
  }
  return found;
}

/** The modules that a built module imports before it runs. */
function importedBy(code: string): readonly string[] {
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/gu)].map(([, name = ""]) => `assets/${name}`);
}

/** The compressed sizes of files. What is of no part is data, or is kept for the time without a network. */
export async function downloadsOf(
  names: Iterable<string>,
  parts: ReadonlyMap<string, string>,
  contentOf: ContentOf,
): Promise<readonly Download[]> {
  const compress = promisify(gzip);
  return Promise.all(
    [...names].map(async (name) => {
      const { length: bytes } = await compress(await contentOf(name));
      return { name, part: parts.get(name) ?? "data, and what is kept", bytes };
    }),
  );
}

/** A line for each part, with its share of the budget. */
export function downloadTable(downloads: readonly Download[]): string {
  const sizes = new Map<string, number>();
  for (const { part, bytes } of downloads) sizes.set(part, (sizes.get(part) ?? 0) + bytes);
  const whole = downloads.reduce((sum, { bytes }) => sum + bytes, 0);
  const line = (name: string, bytes: number): string =>
    `${(bytes / 1000).toFixed(0).padStart(6)} kB ${((100 * bytes) / budget).toFixed(0).padStart(4)} %  ${name}`;
  return [
    ...[...sizes].toSorted(([, one], [, other]) => other - one).map(([part, bytes]) => line(part, bytes)),
    line(`of the budget of ${budget / 1e6} MB, of which ${dataBudget / 1e6} MB are for data`, whole),
  ].join("\n");
}
