import { EngineUnavailable, messageOf } from "./engine-errors.ts";
import { type ImportModule, type PackageRequest, importPackage } from "./import-package.ts";
import type { TfjsBackend, TfjsConverter, TfjsCore } from "./tfjs-backend.ts";

interface PortableOptions {
  readonly importModule: ImportModule;
}

/** The WebAssembly backend. */
export function openWasmBackend(options: PortableOptions): Promise<TfjsBackend> {
  return openPortable(
    "wasm",
    ["It computes on one thread, whatever --threads says: tfjs has no more in Node."],
    options,
  );
}

/** The backend in plain JavaScript. */
export function openCpuBackend(options: PortableOptions): Promise<TfjsBackend> {
  return openPortable("cpu", ["It is plain JavaScript, for comparison and for tiny models."], options);
}

async function openPortable(
  backend: "wasm" | "cpu",
  notes: readonly string[],
  { importModule }: PortableOptions,
): Promise<TfjsBackend> {
  const name = `tfjs:${backend}` as const;
  const specifier = `@tensorflow/tfjs-backend-${backend}`;
  const help = `Install tfjs with \`npm install ${["core", "converter", `backend-${backend}`].map((each) => `@tensorflow/tfjs-${each}@4.22.0`).join(" ")}\`.`;
  const tfjs = await importTfjs({ engine: name, help, importModule });
  await importPackage({ engine: name, specifier, help, importModule });
  await initialise(name, backend, tfjs.core, "Report this, with what `mtl doctor` prints.");
  return { name, backend, version: tfjs.core.version_core, notes, ...tfjs };
}

/** Imports tfjs with its advice about faster packages turned off, which would interrupt a progress bar. */
export async function importTfjs(
  request: Omit<PackageRequest, "specifier">,
): Promise<Pick<TfjsBackend, "core" | "converter">> {
  const core = await importPackage<TfjsCore>({ ...request, specifier: "@tensorflow/tfjs-core" });
  core.enableProdMode();
  const converter = await importPackage<TfjsConverter>({ ...request, specifier: "@tensorflow/tfjs-converter" });
  return { core, converter };
}

export async function initialise(
  engine: TfjsBackend["name"],
  backend: TfjsBackend["backend"],
  core: TfjsCore,
  help: string,
): Promise<void> {
  const started = await core.setBackend(backend).catch((error: unknown) => error);
  if (started !== true)
    throw new EngineUnavailable(
      engine,
      `tfjs could not start its backend ${backend}${started === false ? "" : ` (${messageOf(started)})`}`,
      help,
    );
}
