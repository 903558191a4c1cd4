import { fileURLToPath } from "node:url";
import { type Plugin, type Rollup, defineConfig } from "vite";
import { downloadTable, downloadsOf, filesUntilTraining } from "./build/downloads.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A page that shares memory between threads must be isolated from others. */
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Large files that few readers need: WebGPU, conversion of sample rates, SVG, reports. They are kept for the time without a network once they were used. */
const seldom = /asyncify|webgpu|samplerate|index_bg|write-report/u;

/** Lists the files of a build that the service worker keeps: everything with which one edits, draws and trains. */
const fileList: Plugin = {
  name: "mtl-file-list",
  generateBundle(_options, bundle) {
    const files = Object.keys(bundle).filter((name) => name.startsWith("assets/") && !seldom.test(name));
    this.emitFile({ type: "asset", fileName: "files.json", source: JSON.stringify(["./", "./icon.svg", ...files]) });
  },
};

/** Prints what is downloaded until a model trains. */
function downloadSizes(): Plugin {
  let print: (text: string) => void = () => undefined;
  return {
    name: "mtl-download-sizes",
    configResolved: ({ logger }) => void (print = (text) => logger.info(text)),
    async writeBundle(_options, bundle) {
      const contentOf = (name: string): string | Uint8Array => contentIn(bundle[name]);
      const parts = await filesUntilTraining(Object.keys(bundle), contentOf);
      const table = downloadTable(await downloadsOf(parts.keys(), parts, contentOf));
      print(
        `\nCompressed sizes of what is downloaded until a model trains, without the data of the example:\n${table}\n`,
      );
    },
  };
}

function contentIn(file: Rollup.OutputAsset | Rollup.OutputChunk | undefined): string | Uint8Array {
  return file?.type === "chunk" ? file.code : (file?.source ?? "");
}

export default defineConfig({
  root: here("."),
  // Any folder of any server can hold the page.
  base: "./",
  plugins: [fileList, downloadSizes()],
  server: { headers: isolation },
  preview: { headers: isolation },
  worker: { format: "es" },
  build: {
    outDir: here("../dist/playground"),
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    chunkSizeWarningLimit: 20_000,
    rollupOptions: {
      input: { index: here("index.html"), "service-worker": here("offline/service-worker.ts") },
      output: {
        // The address of a service worker must stay what it is.
        entryFileNames: ({ name }) => (name === "service-worker" ? "service-worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
