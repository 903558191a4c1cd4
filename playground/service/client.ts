import type { FromWorker, OpenProject, Service, ServiceEvent, ToWorker } from "./protocol.ts";

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The language service as the page asks it. */
export class ServiceClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #version = 0;

  constructor(onEvent: (event: ServiceEvent) => void) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      type: "module",
      name: "mtl language service",
    });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "event") {
        // An answer about an earlier text does not fit this one.
        if (data.event.kind === "failed" || data.event.version === this.#version) onEvent(data.event);
        return;
      }
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.kind === "result") waiting?.resolve(data.result);
      else waiting?.reject(new Error(data.message));
    });
    this.#worker.addEventListener("error", ({ message }) => onEvent({ kind: "failed", message }));
  }

  /** Gives the service texts with the values that are set; what was asked before is still answered about the earlier ones. */
  open(project: OpenProject): void {
    this.#version += 1;
    this.#send({ kind: "open", project, version: this.#version });
  }

  /** Says which file is shown, about which the service is asked from now on. */
  show(path: string): void {
    this.#send({ kind: "show", path });
  }

  call<Name extends keyof Service>(name: Name, ...args: Parameters<Service[Name]>): Promise<ReturnType<Service[Name]>> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as ReturnType<Service[Name]>), reject });
      this.#send({ kind: "call", id, name, args });
    });
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
