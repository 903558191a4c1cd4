import type { FastifyRequest } from "fastify";
import { RequestFailure } from "./failure.ts";

const local = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLocalHost(host: string): boolean {
  return local.has(host) || host === "::1";
}

/**
 * Refuses requests that a page from elsewhere makes of a server for this machine alone: those that name another host, as a name of elsewhere does
 * that was bound to this address, and those that say that they come from another origin, unless it is one of `origins`.
 */
export function requireLocal({ headers }: Pick<FastifyRequest, "headers">, origins: readonly string[]): void {
  const { host = "", origin } = headers;
  const addresses = [`http://${host}`, ...(origin === undefined || origins.includes(origin) ? [] : [origin])];
  if (addresses.every((address) => URL.canParse(address) && local.has(new URL(address).hostname))) return;
  throw new RequestFailure(
    "forbidden",
    "The server answers this machine only.",
    "Start it with --host, and with a token, to answer others, or with --cors to answer the pages of an origin.",
  );
}
