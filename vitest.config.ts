import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Native engine sessions do not share a process well with worker threads.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ["test/setup.ts"],
    // Some tests load ONNX Runtime without mtl, which turns its telemetry off.
    env: { ORT_DISABLE_TELEMETRY: "1" },
  },
});
