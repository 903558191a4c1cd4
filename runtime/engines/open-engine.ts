import { availableParallelism } from "node:os";
import type { Engine } from "./engine.ts";
import { EngineUnavailable } from "./engine-errors.ts";
import { openNativeBuild } from "./onnx-native.ts";
import { openWasmBuild } from "./onnx-wasm.ts";
import type { ImportModule } from "./import-package.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";
import { openCpuBackend, openWasmBackend } from "./tfjs-portable.ts";

interface EngineEntry {
  readonly open: (options: OpenOptions) => Promise<{ readonly engine: Engine; readonly version: string }>;
}

interface OpenOptions {
  readonly threads: number;
  readonly importModule: ImportModule;
}

function onnx(openBuild: typeof openNativeBuild): EngineEntry {
  return {
    open: async (options) => {
      const build = await openBuild(options);
      // Not before: the names of engines are wanted where none is opened.
      const { OnnxEngine } = await import("./onnx.ts");
      return { engine: new OnnxEngine(build), version: build.version };
    },
  };
}

function tfjs(openBackend: (options: OpenOptions) => Promise<TfjsBackend>): EngineEntry {
  return {
    open: async (options) => {
      const backend = await openBackend(options);
      const { TfjsEngine } = await import("./tfjs.ts");
      return { engine: new TfjsEngine(backend), version: backend.version };
    },
  };
}

/** Every engine, best first. */
export const engines = {
  "onnx:native": onnx(openNativeBuild),
  "onnx:wasm": onnx(openWasmBuild),
  "tfjs:wasm": tfjs(openWasmBackend),
  "tfjs:cpu": tfjs(openCpuBackend),
} satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof engines;
export const engineNames = Object.keys(engines) as readonly EngineName[];

/** What `--engine` takes, with the engines that it tries, best first. */
export const candidates = {
  auto: ["onnx:native", "onnx:wasm", "tfjs:wasm"],
  onnx: ["onnx:native", "onnx:wasm"],
  "onnx:native": ["onnx:native"],
  "onnx:wasm": ["onnx:wasm"],
  tfjs: ["tfjs:wasm"],
  "tfjs:wasm": ["tfjs:wasm"],
  // A thousand times slower than the others: to try something out where nothing else runs.
  "tfjs:cpu": ["tfjs:cpu"],
} as const satisfies Record<EngineName | "auto" | "onnx" | "tfjs", readonly EngineName[]>;

export type EngineChoice = keyof typeof candidates;
export const engineChoices = Object.keys(candidates) as readonly EngineChoice[];

export interface OpenEngineOptions {
  readonly engine?: EngineChoice;
  /** Threads of one op; by default as many as the machine lets this process run at once. */
  readonly threads?: number;
  /** Told why a better engine was not taken. */
  readonly onFallback?: (skipped: EngineUnavailable, taken: EngineName) => void;
  /** `import()`, but for tests. */
  readonly importModule?: ImportModule;
}

export const defaultThreads = (): number => availableParallelism();

/** Opens the best engine of the choice. Throws `EngineUnavailable` if there is none. The caller disposes of it. */
export async function openEngine({ engine: choice = "auto", ...options }: OpenEngineOptions = {}): Promise<Engine> {
  const skipped: EngineUnavailable[] = [];
  for (const name of candidates[choice]) {
    try {
      const { engine } = await engines[name].open(buildOptions(options));
      for (const each of skipped) options.onFallback?.(each, name);
      return engine;
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      skipped.push(error);
    }
  }
  const [only] = skipped;
  if (only && skipped.length === 1) throw only;
  const reasons = skipped.map((each) => `${each.engine}: ${each.reason}`).join("; ");
  throw new EngineUnavailable(choice, reasons, skipped.map((each) => each.help).join(" "));
}

export function buildOptions({ threads = defaultThreads(), importModule = (specifier) => import(specifier) }: OpenEngineOptions): OpenOptions {
  return { threads, importModule };
}
