import { createRequire } from "node:module";
import { build } from "vite";

/**
 * No bundle of tfjs-core that Node can load holds its gradients, and its single files are modules without extensions in
 * their imports. So those are bundled here; they register themselves in the one registry that all copies of tfjs share.
 */
export async function registerTfjsGradients(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/dist/register_all_gradients.js");
  const result = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, minify: false, ssr: entry, target: "node20" },
    ssr: { noExternal: true },
  });
  const [bundle] = Array.isArray(result) ? result : [result];
  const [chunk] = bundle && "output" in bundle ? bundle.output : [];
  if (chunk?.type !== "chunk") throw new Error("the gradients of tfjs did not bundle");
  await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(chunk.code)}`);
}
