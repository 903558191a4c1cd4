import type { FastifyRequest } from "fastify";
import { RequestFailure } from "./failure.ts";

const local = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLocalHost(host: string): boolean {
  return local.has(host) || host === "::1";
}

/**
 * Refuses requests that a page from elsewhere makes of a server for this machine alone: those that name another host, as a name of elsewhere does
 * that was bound to this address, and those that say that they come from another origin.
 */
export function requireLocal({ headers }: Pick<FastifyRequest, "headers">): void {
  const addresses = [`http://${headers.host ?? ""}`, ...(headers.origin === undefined ? [] : [headers.origin])];
  if (addresses.every((address) => URL.canParse(address) && local.has(new URL(address).hostname))) return;
  throw new RequestFailure(
    "forbidden",
    "The server answers this machine only.",
    "Start it with --host, and with a token, to answer others.",
  );
}
