import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { packageRoot } from "../../runtime/host/package-root.ts";

const places = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of Chromium on this machine, if there is one. */
export function findChromium(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place));
}

/** The processor on which a browser computes graphics: SwiftShader needs no graphics card. */
export type GraphicsProcessor = "swiftshader" | "gpu";

const graphicsOptions: { readonly [Processor in GraphicsProcessor]: readonly string[] } = {
  swiftshader: [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--use-webgpu-adapter=swiftshader",
  ],
  // Chromium uses no card that it does not know, and WebGPU needs Vulkan on Linux.
  gpu: ["--ignore-gpu-blocklist", "--enable-features=Vulkan", "--use-angle=vulkan"],
};

/** Opens a headless browser, with more options of its command line. */
export function launchChromium(
  executablePath: string,
  graphics: GraphicsProcessor = "swiftshader",
  options: readonly string[] = [],
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Chromium has no sandbox if it runs as root. It only opens pages of this test. Its watchdog would end long steps.
    args: [
      "--no-sandbox",
      "--enable-unsafe-webgpu",
      "--disable-gpu-watchdog",
      ...graphicsOptions[graphics],
      ...options,
    ],
  });
}

/** Bundles the code of a page into one script. */
export async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    root: packageRoot(),
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry: join(packageRoot(), entry), formats: ["es"], fileName: "page" },
    },
  });
  const [first] = [result].flat();
  if (!first || !("output" in first)) throw new Error("vite has built nothing");
  return first.output[0].code;
}

const types: { readonly [ending: string]: string } = {
  ".json": "application/json",
  ".bin": "application/octet-stream",
  ".safetensors": "application/octet-stream",
};

export interface Site {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves an empty page with a script, and the files of a folder below `/compiled/`, to this machine only. */
export async function serve(script: string, folder: string): Promise<Site> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const send = (type: string, content: string | Uint8Array): void =>
      void response.setHeader("content-type", type).end(content);
    if (pathname === "/")
      return send("text/html", "<!doctype html><title>mtl</title><script type=module src=/page.js></script>");
    if (pathname === "/page.js") return send("text/javascript", script);
    const path = join(folder, normalize(decodeURIComponent(pathname.replace("/compiled/", "/"))));
    return void readFile(path).then(
      (content) => send(types[extname(path)] ?? "application/octet-stream", content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
