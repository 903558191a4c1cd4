import { createRequire, execFile, process, promisify } from "../host/machine.ts";
import { EngineUnavailable, PackageNotInstalled } from "./engine-errors.ts";

export interface TensorflowProbe {
  /** TensorFlow's own. */
  readonly version: string;
  readonly device: "processor" | "gpu";
}

export interface TensorflowRequest {
  readonly engine: string;
  readonly specifier: string;
  readonly help: string;
}

/**
 * Loads a build of TensorFlow in another process first, because a build that does not fit the processor or its
 * libraries ends the process that loads it. Returns the reason if it cannot be loaded.
 */
export async function probeTensorflow({ engine, specifier, help }: TensorflowRequest): Promise<TensorflowProbe> {
  const unavailable = (reason: string) => new EngineUnavailable(engine, reason, help);
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve(specifier);
  } catch {
    throw new PackageNotInstalled(engine, specifier, help);
  }
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", PROGRAM, path], { env, timeout: 120_000 });
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n", stdout.length - 2) + 1)) as TensorflowProbe;
  } catch (error) {
    throw unavailable(
      `the package ${specifier} does not load on ${process.platform} ${process.arch} (${causeOf(error)})`,
    );
  }
}

const PROGRAM = `
const util = require("util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const backend = require(process.argv[1]).backend();
console.log(JSON.stringify({ version: backend.binding.TF_Version, device: backend.isUsingGpuDevice ? "gpu" : "processor" }));
`;

/** The error's line in what Node printed, or the signal that ended the process. */
function causeOf(error: unknown): string {
  const { signal, stderr = "" } = error as { readonly signal?: string | null; readonly stderr?: string };
  if (signal) return `its process ended with ${signal}`;
  const line = stderr.split("\n").find((each) => /^\w*Error: /.test(each));
  return line?.replace(/^\w*Error: /, "").trim() ?? "its process ended without a reason";
}
