import type * as node from "../packages.ts";

/** The packages that an engine may need, each in a file of its own that is loaded when the engine is opened. */
const optional: { readonly [specifier: string]: () => Promise<unknown> } = {
  "onnxruntime-web": () => import("onnxruntime-web/wasm"),
  "onnxruntime-web/webgpu": () => import("onnxruntime-web/webgpu"),
};

export const importOptional: typeof node.importOptional = async (specifier) => {
  const load = optional[specifier];
  if (!load) throw Object.assign(new Error(`${specifier} does not run in a browser`), { code: "ERR_MODULE_NOT_FOUND" });
  return load();
};

export const hostName: typeof node.hostName = "browser";
