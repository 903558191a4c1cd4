import { randomBytes } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../../runtime/user-error.ts";

/** A page that shows what it is sent, and tells what is clicked. */
export interface PageSettings {
  /** The HTML, whose scripts have the nonce. */
  readonly page: (nonce: string) => string;
  /** A free one if it is 0. */
  readonly port: number;
  /** The events that a window which opens is sent first. */
  readonly begin: () => readonly PageEvent[];
  /** A message that a window sends. */
  readonly onMessage: (message: unknown) => void;
}

export interface PageEvent {
  readonly name: string;
  readonly data: unknown;
}

/** The most characters of a message. */
const longestMessage = 10_000;

/**
 * Serves a page on this machine alone. Its address holds a random token, without which nothing is answered; a request that names another host,
 * as that of a page from elsewhere whose name was bound to this address, is refused; nothing that the page loads comes from elsewhere.
 */
export class ServedPage {
  readonly #settings: PageSettings;
  readonly #token = randomBytes(16).toString("hex");
  readonly #server: Server;
  readonly #windows = new Set<ServerResponse>();

  private constructor(settings: PageSettings) {
    this.#settings = settings;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async open(settings: PageSettings): Promise<ServedPage> {
    const page = new ServedPage(settings);
    await new Promise<void>((done, fail) => {
      page.#server.once("error", fail).listen(settings.port, "127.0.0.1", () => done());
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UserError("usage", `The page cannot be served: ${reason}.`, "Give another --port, or none.", { cause });
    });
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${this.#token}/`;
  }

  /** True if a window shows the page. */
  get isShown(): boolean {
    return this.#windows.size > 0;
  }

  send(event: PageEvent): void {
    for (const window of this.#windows) window.write(textOf(event));
  }

  async close(): Promise<void> {
    for (const window of this.#windows) window.end();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const route = this.#routeOf(request);
    if (route === undefined) refuse(response);
    else if (route === "" && request.method === "GET") this.#sendPage(response);
    else if (route === "events" && request.method === "GET") this.#follow(response);
    else if (route === "message" && request.method === "POST") this.#read(request, response);
    else refuse(response);
  }

  /** The part of the address after the token; `undefined` for a request that may not be answered. */
  #routeOf({ headers, url = "" }: IncomingMessage): string | undefined {
    if (!isLocal(`http://${headers.host ?? ""}`)) return undefined;
    if (headers.origin !== undefined && !isLocal(headers.origin)) return undefined;
    const prefix = `/${this.#token}/`;
    return url.startsWith(prefix) ? url.slice(prefix.length) : undefined;
  }

  #sendPage(response: ServerResponse): void {
    const nonce = randomBytes(16).toString("hex");
    const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'`;
    response.writeHead(200, {
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
    });
    response.end(this.#settings.page(nonce));
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream; charset=utf-8" });
    for (const event of this.#settings.begin()) response.write(textOf(event));
    this.#windows.add(response);
    response.once("close", () => this.#windows.delete(response));
  }

  #read(request: IncomingMessage, response: ServerResponse): void {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => {
      text += piece;
      if (text.length > longestMessage) request.destroy();
    });
    request.once("end", () => {
      response.writeHead(204, headers).end();
      const message = parsed(text);
      if (message !== undefined) this.#settings.onMessage(message);
    });
  }
}

const headers = { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff" };

function refuse(response: ServerResponse): void {
  response.writeHead(404, headers).end();
}

function isLocal(address: string): boolean {
  return URL.canParse(address) && ["127.0.0.1", "localhost"].includes(new URL(address).hostname);
}

function textOf({ name, data }: PageEvent): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
