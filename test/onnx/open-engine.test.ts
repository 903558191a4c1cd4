import { describe, expect, it } from "vitest";
import type { Engine } from "../../runtime/engines/engine.ts";
import { EngineFailure, EngineUnavailable } from "../../runtime/engines/engine-errors.ts";
import { openNativeBuild } from "../../runtime/engines/onnx-native.ts";
import { openWasmBuild } from "../../runtime/engines/onnx-wasm.ts";
import { createSession } from "../../runtime/engines/onnx.ts";
import { type EngineName, engineGroups, engineNames, openEngine } from "../../runtime/engines/open-engine.ts";
import { probeEngines } from "../../runtime/engines/probe-engines.ts";

type Importer = (specifier: string) => Promise<unknown>;
const really: Importer = (specifier) => import(specifier);
const failing =
  (error: Error): Importer =>
  async () => {
    throw error;
  };
const missing = failing(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));
const without =
  (absent: string): Importer =>
  (specifier) =>
    specifier === absent ? missing(specifier) : really(specifier);
const installed = async (specifier: string): Promise<boolean> =>
  really(specifier).then(
    () => true,
    () => false,
  );
const threads = 2;

describe("where the native build is missing", () => {
  it("auto and onnx run the WASM build and say why", async () => {
    for (const choice of ["auto", "onnx"] as const) {
      const told: string[] = [];
      const engine = await openEngine({
        engine: choice,
        threads,
        importModule: without("onnxruntime-node"),
        onFallback: (skipped, taken) => told.push(`${skipped.message} → ${taken}`),
      });
      expect(engine.name).toBe("onnx:wasm");
      expect(told).toEqual([
        "engine onnx:native is not available: the package onnxruntime-node is not installed → onnx:wasm",
      ]);
      await engine.dispose();
    }
  });

  it("onnx:native is refused with a way out", async () => {
    const opening = openEngine({ engine: "onnx:native", threads, importModule: missing });
    await expect(opening).rejects.toThrow(EngineUnavailable);
    await expect(opening).rejects.toMatchObject({
      kind: "engine",
      engine: "onnx:native",
      help: expect.stringContaining("npm install --ignore-scripts onnxruntime-node"),
    });
  });

  it.each([
    [
      "no binary for the platform",
      Object.assign(new Error("Cannot find module '../bin/x.node'"), { code: "MODULE_NOT_FOUND" }),
      `no binary for ${process.platform} ${process.arch}`,
    ],
    [
      "a binary that does not load",
      Object.assign(new Error("GLIBC_2.38 not found\nsecond line"), { code: "ERR_DLOPEN_FAILED" }),
      "(GLIBC_2.38 not found)",
    ],
  ])("tells apart: %s", async (_, error, reason) => {
    await expect(openEngine({ engine: "onnx:native", threads, importModule: failing(error) })).rejects.toThrow(reason);
  });

  it("names every engine that was tried where none is there", async () => {
    const opening = openEngine({ engine: "auto", threads, importModule: missing });
    await expect(opening).rejects.toThrow(
      /onnx:native: .*onnxruntime-node is not installed; onnx:wasm: .*onnxruntime-web is not installed.*; tfjs:wasm: .*tfjs-core is not installed/,
    );
  });
});

describe("probing for mtl doctor", () => {
  it("calls available what has run, with its version", async () => {
    const probes = new Map((await probeEngines({ threads })).map((probe) => [probe.engine, probe]));
    expect([...probes.keys()]).toEqual(engineNames);
    for (const [engine, specifier] of [
      ["onnx:native", "onnxruntime-node"],
      ["onnx:wasm", "onnxruntime-web"],
      ["tfjs:wasm", "@tensorflow/tfjs-core"],
    ] as const) {
      if (await installed(specifier))
        expect(probes.get(engine)).toMatchObject({ available: true, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    }
  });

  it("says why an engine is not there and how to get it", async () => {
    const probes = await probeEngines({ threads, importModule: without("onnxruntime-node") });
    const probe = (name: EngineName) => probes.find(({ engine }) => engine === name);
    expect(probe("onnx:native")).toMatchObject({
      available: false,
      reason: "the package onnxruntime-node is not installed",
      help: expect.stringContaining("npm install"),
    });
    expect(probe("onnx:wasm")).toMatchObject({ available: true });
    for (const { available, ...rest } of probes)
      if (!available)
        expect(rest).toMatchObject({ reason: expect.stringMatching(/./), help: expect.stringMatching(/[.]$/) });
  });
});

describe("accelerators, which nothing takes by itself", () => {
  it.each(["onnx:cuda", "onnx:directml"] as const)("%s is in no group", (name) => {
    expect(Object.values(engineGroups).flat()).not.toContain(name);
  });

  it.skipIf(process.platform === "win32")("onnx:directml is refused outside Windows", async () => {
    await expect(openEngine({ engine: "onnx:directml", threads })).rejects.toThrow(
      `win32 x64 and win32 arm64 only, and this is ${process.platform}`,
    );
  });

  it.skipIf(process.platform !== "linux" || process.arch !== "x64")(
    "onnx:cuda says what it needs where it does not start",
    async () => {
      const opened = await openEngine({ engine: "onnx:cuda", threads }).catch((error: unknown) => error);
      if (opened instanceof EngineUnavailable) {
        expect(opened.reason).toMatch(/^it does not start \(.+\)$/);
        expect(opened.help).toMatch(/CUDA 12 and cuDNN 9.*--onnxruntime-node-install=cuda12/);
      } else await (opened as Engine).dispose();
    },
  );
});

describe.each([
  ["onnx:native", "onnxruntime-node", openNativeBuild],
  ["onnx:wasm", "onnxruntime-web", openWasmBuild],
] as const)("%s", async (name, specifier, openBuild) => {
  const present = await installed(specifier);

  it.skipIf(!present)("rejects a corrupt model with a typed error", async () => {
    const build = await openBuild({ threads, importModule: really });
    const creating = createSession(build, "broken", Uint8Array.of(1, 2, 3, 4, 5));
    await expect(creating).rejects.toThrow(EngineFailure);
    await expect(creating).rejects.toMatchObject({ engine: name, graph: "broken", phase: "load" });
  });
});

it("refuses a second number of threads of the WASM build, which has one pool in a process", async () => {
  const engine = await openEngine({ engine: "onnx:wasm", threads });
  await expect(openEngine({ engine: "onnx:wasm", threads: threads + 1 })).rejects.toThrow(
    "already runs with 2 threads in this process",
  );
  await engine.dispose();
});
