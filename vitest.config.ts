import { defineConfig } from "vitest/config";

/**
 * These tests train, run every op on every engine, start processes or browsers, or try hundreds of specifications. All others are the project `unit`, which
 * `npm run test:unit` runs in less than a minute: a new test is a unit test unless its folder or file is added here.
 */
const slowFolders =
  "camtl cli compiled cost editors evaluation expand experiments gpu guides inspect lengths mbt mtdnn old-runs perceiver serving start tfjs trainer training";
const slowFiles =
  "data/audio data/feature-cache data/texts docs/api docs/api-report elaborate/limits elaborate/modalities elaborate/robustness elaborate/stages grammar/properties grammar/recovery language-server/neovim random/dropout-rates search/cli search/export search/processes search/search stream/kill torch/examples";
/** These have a process for each file: some open the WASM engine with other numbers of threads than others, and it keeps the first one of a process. */
const isolatedFolders = "browser campaign examples onnx package playground site";
const filesOf = (folders: string): string[] => folders.split(" ").map((folder) => `test/${folder}/**/*.test.ts`);
const pages = filesOf("playground/page site");
const isolated = filesOf(isolatedFolders);
const slow = [...filesOf(slowFolders), ...slowFiles.split(" ").map((file) => `test/${file}.test.ts`)];

export default defineConfig({
  test: {
    // Native engine sessions do not share a process well with worker threads.
    pool: "forks",
    // Each process loads modules from this cache instead of having them transformed again.
    experimental: { fsModuleCache: true },
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ["test/setup.ts"],
    // Some tests load ONNX Runtime without mtl, which turns its telemetry off.
    env: { ORT_DISABLE_TELEMETRY: "1" },
    projects: [
      // Files share the modules of their process: loading the compiler takes longer than most of them.
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [...slow, ...isolated], isolate: false },
      },
      { extends: true, test: { name: "slow", include: slow, isolate: false } },
      { extends: true, test: { name: "isolated", include: isolated, exclude: pages } },
      // The page is built once for all of them.
      { extends: true, test: { name: "page", include: pages, globalSetup: "test/playground/page/built-page.ts" } },
    ],
  },
});
