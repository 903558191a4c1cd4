import type { FromWorker, Service, ToWorker } from "./protocol.ts";
import { Rounds } from "./rounds.ts";
import { PageWorkspace } from "./service.ts";

/** The language service beside the page, so that a long check never keeps the page from drawing. */

const page = new PageWorkspace();
const send = (message: FromWorker): void => self.postMessage(message);
const rounds = new Rounds(page, (event) => send({ kind: "event", event }));

self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "open") {
    page.open(data.project);
    rounds.begin(data.version).catch((error: unknown) => {
      send({ kind: "event", event: { kind: "failed", message: messageOf(error) } });
    });
    return;
  }
  if (data.kind === "show") {
    page.show(data.path);
    rounds.show();
    return;
  }
  const { id, name, args } = data;
  try {
    const answer = page.service[name] as (...given: readonly unknown[]) => ReturnType<Service[typeof name]>;
    send({ kind: "result", id, result: answer(...args) });
  } catch (error) {
    send({ kind: "error", id, message: messageOf(error) });
  }
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
