import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import type { Graph } from "../../compiler/graph/graph.ts";
import { lowerToTfjs } from "../../compiler/lower/tfjs/lower-to-tfjs.ts";
import { tfjsTargets } from "../../compiler/lower/tfjs/target.ts";
import { EngineFailure, EngineUnavailable } from "../../runtime/engines/engine-errors.ts";
import type { Engine, Executable, TensorData } from "../../runtime/engines/engine.ts";
import { type GraphicsProcessor, type Site, bundle, findChromium, launchChromium, serve } from "../browser/chromium.ts";
import type { GpuPage, NamedTensors } from "./page.ts";

const HELP = "Install Chromium or name one by CHROMIUM, on a machine with a graphics card that it can use by Vulkan.";
/** Names of adapters that compute on the processor. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** The code of the page, which takes seconds to bundle. */
let script: Promise<string> | undefined;

type InPage = { readonly gpuPage: GpuPage };

/** Runs graphs by WebGPU in a page of a headless browser. Tensors travel to the page and back in each run. */
export class PageEngine implements Engine {
  readonly name = "webgpu";
  readonly updates = "graph";
  readonly adapter: string;
  readonly #browser: Browser;
  readonly #site: Site;
  readonly #page: Page;

  private constructor(adapter: string, { browser, site, page }: OpenPage) {
    this.adapter = adapter;
    this.#browser = browser;
    this.#site = site;
    this.#page = page;
  }

  /** Throws `EngineUnavailable` if there is no browser, or if it has no adapter of the requested kind. */
  static async open(graphics: GraphicsProcessor): Promise<PageEngine> {
    const open = await openPage(graphics);
    const adapter = await open.page.evaluate(() => (globalThis as unknown as InPage).gpuPage.start());
    const reason =
      adapter === ""
        ? "Chromium has no adapter for WebGPU"
        : graphics === "gpu" && SOFTWARE.test(adapter)
          ? `Chromium has only ${adapter}, which computes on the processor`
          : undefined;
    if (reason === undefined) return new PageEngine(adapter, open);
    await close(open);
    throw new EngineUnavailable("webgpu", reason, HELP);
  }

  async load(graph: Graph): Promise<Executable> {
    const { json, shard } = lowerToTfjs(graph, tfjsTargets.webgpu);
    const { name, inputs, outputs } = graph;
    const id = await this.#page
      .evaluate((lowered) => (globalThis as unknown as InPage).gpuPage.load(lowered), {
        graph: { name, inputs, outputs },
        json,
        shard,
      })
      .catch((error: unknown) => {
        throw new EngineFailure(this.name, name, "load", error);
      });
    return {
      graph,
      overwrites: false,
      run: (given, buffers = new Map()) => this.#run(graph, id, given, buffers),
      dispose: () => this.#page.evaluate((which) => (globalThis as unknown as InPage).gpuPage.dispose(which), id),
    };
  }

  async dispose(): Promise<void> {
    await close({ browser: this.#browser, site: this.#site, page: this.#page });
  }

  async #run(
    graph: Graph,
    id: number,
    inputs: ReadonlyMap<string, TensorData>,
    buffers: ReadonlyMap<string, TensorData>,
  ): Promise<Map<string, TensorData>> {
    const fed: NamedTensors = Object.fromEntries(
      graph.inputs.map(({ name }) => [name, inputs.get(name) ?? new Uint8Array()]),
    );
    const results: NamedTensors = await this.#page
      .evaluate((request) => (globalThis as unknown as InPage).gpuPage.run(request), { id, inputs: fed })
      .catch((error: unknown) => {
        throw new EngineFailure(this.name, graph.name, "run", error);
      });
    return new Map(
      Object.entries(results).map(([name, values]) => {
        const buffer = buffers.get(name);
        buffer?.set(values);
        return [name, buffer ?? values];
      }),
    );
  }
}

interface OpenPage {
  readonly browser: Browser;
  readonly site: Site;
  readonly page: Page;
}

async function openPage(graphics: GraphicsProcessor): Promise<OpenPage> {
  const path = findChromium();
  if (path === undefined) throw new EngineUnavailable("webgpu", "there is no Chromium", HELP);
  script ??= bundle("test/gpu/page.ts");
  const site = await serve(await script, tmpdir());
  let browser: Browser | undefined;
  try {
    browser = await launchChromium(path, graphics);
    const page = await browser.newPage();
    await page.goto(site.address);
    await page.waitForFunction("globalThis.gpuPage !== undefined");
    return { browser, site, page };
  } catch (error) {
    await browser?.close();
    await site.close();
    const [reason = ""] = String(error).split("\n");
    throw new EngineUnavailable("webgpu", `Chromium does not start (${reason})`, HELP, { cause: error });
  }
}

async function close({ browser, site }: OpenPage): Promise<void> {
  await browser.close();
  await site.close();
}
