import { process } from "../host/machine.ts";
import { EngineFailure, EngineUnavailable, messageOf } from "./engine-errors.ts";
import { type OnnxBuild, type OnnxBuildOptions, sessionOptions } from "./onnx-build.ts";
import { importNativeRuntime } from "./native-runtime.ts";

interface Accelerator {
  readonly name: "onnx:cuda" | "onnx:directml";
  /** Its name in `onnxruntime-node`. */
  readonly provider: "cuda" | "dml";
  /** The platforms for which `onnxruntime-node` has it. */
  readonly platforms: readonly string[];
  readonly help: string;
}

const cuda: Accelerator = {
  name: "onnx:cuda",
  provider: "cuda",
  platforms: ["linux x64"],
  help:
    "It needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH), and the libraries that onnxruntime-node's install script " +
    "downloads from api.nuget.org: `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`.",
};

const directMl: Accelerator = {
  name: "onnx:directml",
  provider: "dml",
  platforms: ["win32 x64", "win32 arm64"],
  help: "It needs Windows 10 (1903) or later and a GPU with DirectX 12; its libraries are in the package.",
};

/** ONNX Runtime on an NVIDIA GPU. It is only used when it is chosen explicitly, because it is not covered by tests. */
export function openCudaBuild(options: OnnxBuildOptions): Promise<OnnxBuild> {
  return open(cuda, options);
}

/**
 * ONNX Runtime on any GPU under Windows. It is only used when it is chosen explicitly, because it is not covered by
 * tests.
 */
export function openDirectMlBuild(options: OnnxBuildOptions): Promise<OnnxBuild> {
  return open(directMl, options);
}

async function open({ name, provider, platforms, help }: Accelerator, options: OnnxBuildOptions): Promise<OnnxBuild> {
  const platform = `${process.platform} ${process.arch}`;
  if (!platforms.includes(platform))
    throw new EngineUnavailable(
      name,
      `onnxruntime-node has it on ${platforms.join(" and ")} only, and this is ${platform}`,
      help,
    );
  const runtime = await importNativeRuntime(name, help, options);
  const build: OnnxBuild = {
    name,
    version: runtime.env.versions.node ?? "unknown",
    runtime,
    // An op for which the accelerator has no kernel runs on the processor. DirectML plans no memory ahead.
    sessionOptions: {
      ...sessionOptions("cpu", options.threads),
      executionProviders: [provider, "cpu"],
      enableMemPattern: provider !== "dml",
    },
    results: "in_place",
    updates: "graph",
  };
  await tryOut(build, help);
  return build;
}

/** Creates a session, because a provider is loaded with the first one, and only then reports what it lacks. */
async function tryOut(build: OnnxBuild, help: string): Promise<void> {
  const [{ createSession }, { lowerToOnnx }, { oneNodeGraph }] = await Promise.all([
    import("./onnx.ts"),
    import("../../compiler/lower/onnx/lower-to-onnx.ts"),
    import("./one-node-graph.ts"),
  ]);
  try {
    const session = await createSession(build, "probe", lowerToOnnx(oneNodeGraph()));
    await session.release();
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    const [reason = ""] = messageOf(error.cause).split("\n");
    throw new EngineUnavailable(build.name, `it does not start (${reason})`, help, { cause: error });
  }
}
