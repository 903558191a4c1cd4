import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { divergenceIn } from "../../language-server/preview/divergence.ts";
import { servePreview } from "../../language-server/preview/serve-preview.ts";
import { startClient } from "./client.ts";
import { specification } from "./files.ts";

const text = specification("stream s = words -> embed(8)");

function written(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "mtl-preview-")), "m.mtl");
  writeFileSync(path, content);
  return path;
}

async function served(path: string, onClick: (line: string) => void = () => {}): Promise<string> {
  let url = "";
  const onError = (error: unknown): never => expect.fail(String(error));
  const end = await servePreview({
    path,
    port: 0,
    run: undefined,
    onOpen: (opened) => (url = opened),
    onClick,
    onError,
  });
  onTestFinished(end);
  return url;
}

/** Follows the events of a page; gives the data of the first one of a name for which `isWanted` is true. */
function follow(url: string): (name: string, isWanted?: (data: never) => boolean) => Promise<unknown> {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const found: { readonly name: string; readonly data: unknown }[] = [];
  void (async () => {
    let open = "";
    const { body } = await fetch(`${url}events`, { signal: ending.signal });
    for await (const piece of body ?? []) {
      const events = (open + Buffer.from(piece as Uint8Array).toString()).split("\n\n");
      open = events.pop() ?? "";
      for (const event of events) {
        const [, name = "", data = "null"] = /^event: (.*)\ndata: (.*)$/u.exec(event) ?? [];
        found.push({ name, data: JSON.parse(data) as unknown });
      }
    }
  })().catch(() => {});
  return async (name, isWanted = () => true) => {
    const wanted = () => found.find((event) => event.name === name && isWanted(event.data as never))?.data;
    await expect.poll(wanted, { timeout: 20_000 }).toBeDefined();
    return wanted();
  };
}

/** The status of a request with headers that `fetch` does not allow. */
function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((done, fail) => {
    request(url, { headers }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .once("error", fail)
      .end();
  });
}

interface Drawn {
  readonly svg: string;
  readonly isEarlier: boolean;
  readonly problems: readonly string[];
  readonly nodes: readonly { readonly id: string; readonly name: string; readonly line: string }[];
}

describe("the page of a preview", () => {
  test("is answered with its token only, and not to another host or from a page of elsewhere", async () => {
    const url = await served(written(text));
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'nonce-/u);
    expect(await statusOf(new URL("/", url).href, {})).toBe(404);
    expect(await statusOf(url.replace(/[0-9a-f]{32}/u, "0".repeat(32)), {})).toBe(404);
    expect(await statusOf(url, { host: "evil.example" })).toBe(404);
    expect(await statusOf(url, { origin: "https://evil.example" })).toBe(404);
  });

  test("is not served at a port that is taken", async () => {
    const path = written(text);
    const port = Number(new URL(await served(path)).port);
    const again = servePreview({ path, port, run: undefined, onOpen: () => {}, onClick: () => {}, onError: () => {} });
    await expect(again).rejects.toMatchObject({ name: "UserError", kind: "usage" });
  });

  test("is drawn again when the file changes, keeps the last picture of a text with errors, and says the line of a click", async () => {
    const path = written(text);
    const clicked: string[] = [];
    const url = await served(path, (line) => clicked.push(line));
    const next = follow(url);
    const first = (await next("picture")) as Drawn;
    expect(first.svg).toContain("embed(8)");
    await next("costs", ({ html }: { html: string }) => html.includes("stream s"));

    writeFileSync(path, text.replace("embed(8)", "embed(16)"));
    await next("picture", ({ svg }: Drawn) => svg.includes("embed(16)"));
    writeFileSync(path, text.replace("words ->", "word ->"));
    const broken = (await next("picture", ({ isEarlier }: Drawn) => isEarlier)) as Drawn;
    expect(broken.svg).toContain("embed(16)");
    expect(broken.problems[0]).toMatch(/^m\.mtl:3: /u);

    const id = first.nodes.find(({ name }) => name === "t")?.id;
    await fetch(`${url}message`, { method: "POST", body: JSON.stringify({ selected: id }) });
    await expect.poll(() => clicked).toEqual(["m.mtl:4"]);
  });
});

test("a client opens a preview of an unsaved text, selects by its cursor, and is asked to show what is clicked", async () => {
  const path = written("");
  const uri = pathToFileURL(path).href;
  const client = await startClient(pathToFileURL(join(path, "..")).href, {
    window: { showDocument: { support: true } },
  });
  onTestFinished(async () => void (await client.end()));
  const shown: unknown[] = [];
  client.connection.onRequest("window/showDocument", (params) => {
    shown.push(params);
    return { success: true };
  });
  await client.open(uri, text);
  const { url } = await client.connection.sendRequest<{ url: string }>("workspace/executeCommand", {
    command: "mtl.preview",
    arguments: [uri],
  });
  const next = follow(url);
  const { nodes } = (await next("picture")) as Drawn;
  const stream = nodes.find(({ name }) => name === "s")?.id ?? "";
  await client.connection.sendNotification("mtl/cursor", {
    textDocument: { uri },
    position: { line: 2, character: 10 },
  });
  expect(await next("selected", (id) => id === stream)).toBe(stream);
  await fetch(`${url}message`, { method: "POST", body: JSON.stringify({ selected: stream }) });
  await expect.poll(() => shown).toMatchObject([{ uri, selection: { start: { line: 2, character: 0 } } }]);
  await client.change(uri, 2, text.replace("embed(8)", "embed(24)"));
  await next("picture", ({ svg }: Drawn) => svg.includes("embed(24)"));
});

test("the value with which the newest run ended is a diagnostic at its stage, until there is a newer run", async () => {
  const path = written(text);
  const run = (name: string, created: string, log: string): void => {
    const folder = join(path, "..", "runs", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "run.lock.json"), JSON.stringify({ root: "../..", created }));
    writeFileSync(join(folder, "spec.resolved.json"), JSON.stringify({ model: { name: "m" } }));
    writeFileSync(join(folder, "log.txt"), log);
  };
  const sentence = "The loss of task t became NaN at step 7 of stage fit. The feature words is not finite.";
  run("m-0001", "2026-01-01", `2026-01-01T00:00:00Z Begins on onnx.\n2026-01-01T00:00:01Z ${sentence}\n`);
  const client = await startClient(pathToFileURL(join(path, "..")).href);
  onTestFinished(async () => void (await client.end()));
  const uri = pathToFileURL(path).href;
  await client.open(uri, text);
  const { diagnostics } = await client.diagnostics(uri, (params) =>
    params.diagnostics.some(({ code }) => code === "run"),
  );
  expect(diagnostics.find(({ code }) => code === "run")).toMatchObject({
    message: `m-0001: ${sentence}`,
    range: { start: { line: 5, character: 6 } },
  });
  run("m-0002", "2026-01-02", "2026-01-02T00:00:00Z Begins on onnx.\n");
  await client.change(uri, 2, `${text}\n`);
  await client.diagnostics(
    uri,
    (params) => params.version === 2 && params.diagnostics.every(({ code }) => code !== "run"),
  );
});

test("a run that was continued after its divergence has none", () => {
  const log = "t The weight a.b is no longer finite at step 3 of stage fit.\n";
  expect(divergenceIn(log)?.stage).toBe("fit");
  expect(divergenceIn(`${log}t Continues from step-2 on onnx.\n`)).toBeUndefined();
});
