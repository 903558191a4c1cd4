export type BrowserBackend = "webgl" | "webgpu";

/** The name of the graphics processor, or an empty text. It declares the few names of the browser that it needs, since the types of this repository are Node's. */
export async function describeAdapter(backend: BrowserBackend): Promise<string> {
  const browser = globalThis as unknown as {
    readonly navigator: {
      readonly gpu?: {
        requestAdapter(): Promise<{ readonly info: { readonly vendor: string; readonly architecture: string } } | null>;
      };
    };
    readonly document: {
      createElement(name: "canvas"): {
        getContext(name: "webgl2"): { readonly RENDERER: number; getParameter(name: number): string } | null;
      };
    };
  };
  if (backend === "webgl") {
    const context = browser.document.createElement("canvas").getContext("webgl2");
    return context ? context.getParameter(context.RENDERER) : "";
  }
  const adapter = await browser.navigator.gpu?.requestAdapter();
  return adapter ? `${adapter.info.vendor} ${adapter.info.architecture}` : "";
}
