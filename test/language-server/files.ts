import { createMemoryHost } from "../../compiler/host.ts";
import type { ServiceHost } from "../../language-server/service/service-host.ts";
import { Workspace } from "../../language-server/service/workspace.ts";

/** The position of the cursor in a text of a test. */
export const cursor = "┆";

export interface Files {
  readonly workspace: Workspace;
  /** The file that has the cursor, else the first one. */
  readonly path: string;
  readonly offset: number;
  /** The selection `»…«`, or the cursor. */
  readonly start: number;
  readonly end: number;
  /** Texts without the cursor, by path. */
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Makes a workspace of a text. A line `//- other.mtl` begins a further file; the first one is `main.mtl` if it has no such line. The file that has
 * the cursor `┆` is open, and so are all others. `more` is what the host of a test has in addition.
 */
export function filesOf(written: string, more: Partial<ServiceHost> = {}): Files {
  const parts = written.split(/^\/\/- (\S+)\n/mu);
  const named = parts[0]?.trim() === "" ? parts.slice(1) : ["main.mtl", ...parts];
  const texts: Record<string, string> = {};
  let [path, start, end] = [named[0] ?? "main.mtl", 0, 0];
  for (let index = 0; index < named.length; index += 2) {
    const [name = "", text = ""] = named.slice(index, index + 2);
    const found = [text.indexOf(cursor), text.indexOf("»"), text.indexOf("«") - 1];
    if (text.includes(cursor)) [path, start, end] = [name, found[0] ?? 0, found[0] ?? 0];
    if (text.includes("»")) [path, start, end] = [name, found[1] ?? 0, found[2] ?? 0];
    texts[name] = text.replaceAll(/[┆»«]/gu, "");
  }
  const workspace = new Workspace({
    ...createMemoryHost(texts),
    exists: (path) => Object.keys(texts).some((name) => name === path || name.startsWith(`${path}/`)),
    specifications: () => Object.keys(texts).filter((name) => name.endsWith(".mtl")),
    ...more,
  });
  for (const [name, text] of Object.entries(texts)) if (name.endsWith(".mtl")) workspace.set(name, text);
  return { workspace, path, offset: start, start, end, texts };
}

/** The text of a span, for expectations. */
export function textAt(
  { texts }: Files,
  { file, start, end }: { readonly file: string; readonly start: number; readonly end: number },
): string {
  return `${file}: ${texts[file]?.slice(start, end) ?? ""}`;
}

/** A specification around a stream: `model`, a modality `words`, a task that reads the stream `s`, a data set and a stage. */
export function specification(body: string): string {
  return `model m
modality words: text(max_length: 12, tokenizer: characters)
${body}
task t { from: mean(s)  head: linear(3)  target: category("k", classes: 3) }
dataset d { path: "a.jsonl"  tasks: [t] }
stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;
}
