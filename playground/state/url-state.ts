import { isSpecificationPath } from "./project.ts";

/**
 * The state of the page that its address carries, so that a link shows and trains the same. Everything that the last loss depends on is in it: the texts, the settings,
 * the seed, and the name of the data.
 */
export interface SharedState {
  /** The path of the specification that is trained, which is one of `files`: `mbt.mtl`. */
  readonly name: string;
  /** The texts of the project by path: specifications, and what they import. */
  readonly files: Readonly<Record<string, string>>;
  /** The name of the example whose data is used; absent where the data is the reader's own. */
  readonly example?: string;
  /** Values of params, as `--set NAME=VALUE` writes them. */
  readonly set?: Readonly<Record<string, string>>;
  /** The seed of all stages; absent where the specification says it. */
  readonly seed?: number;
  /** The engine, if it is another than `onnx:wasm`, whose bits are the same on every machine. */
  readonly engine?: "onnx:webgpu";
}

/** The part of an address after `#`: a whole state, or the name of an example as it comes with the page. */
export type Fragment =
  | { readonly kind: "state"; readonly state: SharedState }
  | { readonly kind: "example"; readonly name: string }
  | { readonly kind: "empty" }
  /** The address was cut off or comes from another version. */
  | { readonly kind: "unreadable" };

/** The first characters say how the rest is written. */
const version = "1.";
/** The files of a link have at most this many characters, and there are at most so many. */
const longest = 1_000_000;
const mostFiles = 200;

export async function fragmentOf(state: SharedState): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(state));
  return `#${version}${toBase64Url(await piped(json, new CompressionStream("deflate-raw")))}`;
}

export function fragmentOfExample(name: string): string {
  return `#example=${encodeURIComponent(name)}`;
}

export async function readFragment(hash: string): Promise<Fragment> {
  const text = hash.replace(/^#/u, "");
  if (text === "") return { kind: "empty" };
  const [, example] = /^example=([\w%.-]+)$/u.exec(text) ?? [];
  if (example !== undefined) return { kind: "example", name: decodeURIComponent(example) };
  if (!text.startsWith(version)) return { kind: "unreadable" };
  try {
    const bytes = await piped(fromBase64Url(text.slice(version.length)), new DecompressionStream("deflate-raw"));
    const state = checkedState(JSON.parse(new TextDecoder().decode(bytes)));
    return state ? { kind: "state", state } : { kind: "unreadable" };
  } catch {
    return { kind: "unreadable" };
  }
}

/** A state from a link that anyone may have written; `undefined` if it is none. */
function checkedState(value: unknown): SharedState | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, text, example, set, seed, engine, ...rest } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== "string") return undefined;
  // Links of the page when it had one text only have it as `text`.
  const files = rest["files"] ?? { [name]: text };
  if (!isTexts(files) || !Object.hasOwn(files, name) || !areFiles(files)) return undefined;
  return {
    name,
    files,
    ...(typeof example === "string" && /^[\w-]{1,80}$/u.test(example) ? { example } : {}),
    ...(isTexts(set) ? { set } : {}),
    ...(Number.isSafeInteger(seed) ? { seed: seed as number } : {}),
    ...(engine === "onnx:webgpu" ? { engine } : {}),
  };
}

function areFiles(files: Readonly<Record<string, string>>): boolean {
  const [paths, texts] = [Object.keys(files), Object.values(files)];
  const length = texts.reduce((sum, each) => sum + each.length, 0);
  return paths.length <= mostFiles && paths.every(isSpecificationPath) && length <= longest;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");
}

async function piped(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = through.writable.getWriter();
  // A failure of the stream is reported where it is read.
  void writer.write(bytes).catch(() => undefined);
  void writer.close().catch(() => undefined);
  return new Uint8Array(await new Response(through.readable as ReadableStream<Uint8Array>).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.codePointAt(0) ?? 0);
}
