import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { RequestFailure } from "./failure.ts";

/** Compares the bearer token of requests with the server's, in a time that does not depend on either. */
export function tokenCheck(token: string): (request: FastifyRequest) => void {
  const expected = digest(token);
  return ({ headers }) => {
    const [, given] = /^Bearer +(\S+)$/iu.exec(headers.authorization ?? "") ?? [];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    throw new RequestFailure(
      "unauthorized",
      given === undefined ? "The request has no token." : "The token is wrong.",
      "Send the header Authorization: Bearer TOKEN.",
    );
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
