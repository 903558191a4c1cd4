const log = globalThis.console;
let tell: ((note: string) => void) | undefined;
let isWatching = false;

/**
 * Notes the ops of each graph that ONNX Runtime computes on the processor, since it has no kernel for them on the graphics
 * processor. It says so in its log alone, which is written to `console.error`. To be called before the module is loaded,
 * which keeps this function.
 *
 * @param onNote - Called with a sentence for ops that were not noted before.
 */
export function notePlacement(onNote: (note: string) => void): void {
  tell = onNote;
  if (isWatching) return;
  isWatching = true;
  const write = log.error.bind(log);
  const reader = new PlacementReader((note) => tell?.(note));
  log.error = (...words: unknown[]) => {
    const [line] = words;
    // Failures are thrown, too, so that nothing is lost with the other lines of its log.
    if (typeof line === "string" && /\[[A-Z]:onnxruntime:/u.test(line)) reader.read(line);
    else write(...words);
  };
}

/** Reads the lines in which ONNX Runtime says which processor runs the nodes of a graph. */
export class PlacementReader {
  readonly #onNote: (note: string) => void;
  readonly #noted = new Set<string>();
  #ops: Set<string> | undefined;

  constructor(onNote: (note: string) => void) {
    this.#onNote = onNote;
  }

  read(line: string): void {
    const [, op] = /\]\s+(\w+) \(.*\)\s*$/u.exec(line) ?? [];
    if (this.#ops && op !== undefined) return void this.#ops.add(op);
    this.#end();
    const [, provider] = /(?:All nodes|Node\(s\)) placed on \[(\w+)\]/u.exec(line) ?? [];
    if (provider === "CPUExecutionProvider") this.#ops = new Set();
  }

  #end(): void {
    const ops = [...(this.#ops ?? [])].filter((op) => !this.#noted.has(op)).toSorted();
    this.#ops = undefined;
    if (ops.length === 0) return;
    for (const op of ops) this.#noted.add(op);
    const named = ops.length === 1 ? ops.join() : `${ops.slice(0, -1).join(", ")} and ${ops.at(-1)}`;
    this.#onNote(
      `ONNX Runtime cannot run ${named} of this model on the graphics processor. In each step it runs ${ops.length === 1 ? "it" : "them"} in WebAssembly, and copies what ${ops.length === 1 ? "it reads and writes" : "they read and write"}.`,
    );
  }
}
