import { availableParallelism } from "../host/machine.ts";
import { hostName, importOptional } from "../host/packages.ts";
import type { Engine } from "./engine.ts";
import { EngineUnavailable, PackageNotInstalled } from "./engine-errors.ts";
import type { ImportModule } from "./import-package.ts";
import { openCudaBuild, openDirectMlBuild } from "./onnx-accelerated.ts";
import type { OnnxBuild, OnnxBuildOptions } from "./onnx-build.ts";
import { openNativeBuild } from "./onnx-native.ts";
import { openWasmBuild } from "./onnx-wasm.ts";
import { openWebGpuBuild } from "./onnx-webgpu.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";
import { openTensorflow, openTensorflowGpu } from "./tfjs-node.ts";
import { openCpuBackend, openWasmBackend } from "./tfjs-portable.ts";

type OpenOptions = OnnxBuildOptions;

interface OpenedEngine {
  readonly engine: Engine;
  readonly version: string;
  /** Notes for a user who chooses it. */
  readonly notes: readonly string[];
}

type HostName = typeof hostName;

interface EngineEntry {
  /** The hosts that have its packages. */
  readonly hosts: readonly HostName[];
  readonly open: (options: OpenOptions) => Promise<OpenedEngine>;
  /**
   * `dependency` if its package is installed with this one, `peer` if the user adds it: a missing peer is not reported.
   */
  readonly package: "dependency" | "peer";
}

// Classes of engines are imported when an engine is opened, because other modules import this one for the names of
// engines only.

function onnx(hosts: readonly HostName[], openBuild: (options: OpenOptions) => Promise<OnnxBuild>): EngineEntry {
  return {
    hosts,
    package: "dependency",
    open: async (options) => {
      const build = await openBuild(options);
      const { OnnxEngine } = await import("./onnx.ts");
      return { engine: new OnnxEngine(build), version: build.version, notes: [] };
    },
  };
}

function tfjs(
  ofPackage: EngineEntry["package"],
  openBackend: (options: OpenOptions) => Promise<TfjsBackend>,
): EngineEntry {
  return {
    hosts: ["node"],
    package: ofPackage,
    open: async (options) => {
      const backend = await openBackend(options);
      const { TfjsEngine } = await import("./tfjs.ts");
      return { engine: new TfjsEngine(backend), version: backend.version, notes: backend.notes };
    },
  };
}

/** Every engine of every host. */
export const engines = {
  "onnx:native": onnx(["node"], openNativeBuild),
  "onnx:wasm": onnx(["node", "browser"], openWasmBuild),
  "onnx:webgpu": onnx(["browser"], openWebGpuBuild),
  "onnx:cuda": onnx(["node"], openCudaBuild),
  "onnx:directml": onnx(["node"], openDirectMlBuild),
  "tfjs:node-gpu": tfjs("peer", openTensorflowGpu),
  "tfjs:node": tfjs("peer", openTensorflow),
  "tfjs:wasm": tfjs("dependency", openWasmBackend),
  "tfjs:cpu": tfjs("dependency", openCpuBackend),
} satisfies Record<string, EngineEntry>;

export type EngineName = keyof typeof engines;
/** The engines of this host. */
export const engineNames: readonly EngineName[] = (Object.keys(engines) as readonly EngineName[]).filter(isHere);

function isHere(name: EngineName): boolean {
  return engines[name].hosts.includes(hostName);
}

/** Names that `--engine` accepts for several engines, which it tries in this order. */
export const engineGroups = {
  auto: ["tfjs:node-gpu", "onnx:native", "onnx:wasm", "tfjs:node", "tfjs:wasm"],
  onnx: ["onnx:native", "onnx:wasm"],
  tfjs: ["tfjs:node-gpu", "tfjs:node", "tfjs:wasm"],
  "tfjs:tensorflow": ["tfjs:node-gpu", "tfjs:node"],
} as const satisfies Record<string, readonly EngineName[]>;

export type EngineGroup = keyof typeof engineGroups;
export type EngineChoice = EngineGroup | EngineName;
export function isEngineChoice(name: string): name is EngineChoice {
  return engineChoices.some((choice) => choice === name);
}

export const engineChoices: readonly EngineChoice[] = [
  ...(Object.keys(engineGroups) as readonly EngineGroup[]),
  ...engineNames,
];

export interface OpenEngineOptions {
  readonly engine?: EngineChoice;
  /** Threads of one op; by default as many as the machine lets this process run at once. */
  readonly threads?: number;
  /** Receives the reason why a better engine was not taken, unless its optional package is missing. */
  readonly onFallback?: (skipped: EngineUnavailable, taken: EngineName) => void;
  /** Receives what a user should know of how the engine runs a graph. */
  readonly onNote?: (note: string) => void;
  /** `import()`, but for tests. */
  readonly importModule?: ImportModule;
}

export const defaultThreads = (): number => availableParallelism();

/** Opens the best engine of the choice. Throws `EngineUnavailable` if there is none. The caller disposes of it. */
export async function openEngine({ engine: choice = "auto", ...options }: OpenEngineOptions = {}): Promise<Engine> {
  const skipped: EngineUnavailable[] = [];
  for (const name of candidates(choice)) {
    try {
      const { engine } = await engines[name].open(buildOptions(options));
      for (const each of skipped.filter(isWorthTelling)) options.onFallback?.(each, name);
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

function isWorthTelling(skipped: EngineUnavailable): boolean {
  return !(skipped instanceof PackageNotInstalled && engines[skipped.engine as EngineName].package === "peer");
}

function candidates(choice: EngineChoice): readonly EngineName[] {
  return choice in engineGroups ? engineGroups[choice as EngineGroup].filter(isHere) : [choice as EngineName];
}

export function buildOptions({
  threads = defaultThreads(),
  importModule = importOptional,
  onNote,
}: OpenEngineOptions): OpenOptions {
  return { threads, importModule, ...(onNote ? { onNote } : {}) };
}
