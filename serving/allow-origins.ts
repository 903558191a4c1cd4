import type { FastifyInstance } from "fastify";

/** Headers of answers that pages of other origins may read. */
const exposed = ["inference-header-content-length", "mtl-model", "mtl-request", "mtl-version", "retry-after"].join(
  ", ",
);

/** Headers of requests that are not those of any form. */
const accepted = ["authorization", "content-type", "inference-header-content-length"].join(", ");

/**
 * Lets pages of some origins ask (https://fetch.spec.whatwg.org/#http-cors-protocol): answers name the origin, and a browser that asks beforehand what a
 * page may do is answered here, before the token is looked at, which it does not send.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook("onRequest", async ({ method, headers }, reply) => {
    void reply.header("vary", "origin");
    const { origin } = headers;
    if (origin === undefined || !origins.includes(origin)) return undefined;
    void reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", exposed);
    if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return undefined;
    return reply
      .code(204)
      .header("access-control-allow-methods", "GET, POST")
      .header("access-control-allow-headers", accepted)
      .header("access-control-max-age", 600)
      .send();
  });
}
