import { chromium } from "playwright-core";
import { createServer } from "node:http";
const server = createServer((q, r) => { r.setHeader("content-type","text/html"); r.end("<!doctype html><title>x</title>"); }).listen(0, "127.0.0.1");
await new Promise(r => server.once("listening", r));
const url = `http://127.0.0.1:${server.address().port}/`;
const t=Date.now();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: process.argv.slice(2) });
console.log(browser.version(), Date.now()-t);
const page = await browser.newPage();
await page.goto(url);
console.log(await page.evaluate(async () => {
  const gl = document.createElement("canvas").getContext("webgl2");
  const info = gl && gl.getExtension("WEBGL_debug_renderer_info");
  const r = { gl: gl ? gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : null, gpu: !!navigator.gpu };
  if (navigator.gpu) { const a = await navigator.gpu.requestAdapter().catch(e => String(e)); r.adapter = a ? (a.info ? `${a.info.vendor} ${a.info.architecture} ${a.info.device} ${a.info.description}` : String(a)) : null; }
  return r;
}));
await browser.close(); server.close();
