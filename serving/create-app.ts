import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { allowOrigins } from "./allow-origins.ts";
import { RequestFailure, failureOf, writtenFailure } from "./failure.ts";
import { readJson } from "./inputs/read-json.ts";
import { requireLocal } from "./local-hosts.ts";
import { generateRoutes } from "./routes/generate.ts";
import { healthRoutes } from "./routes/health.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modelsRoutes } from "./routes/models.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { openInferenceRoutes } from "./routes/open-inference.ts";
import { pageRoutes } from "./routes/page.ts";
import { predictRoutes } from "./routes/predict.ts";
import { rankRoutes } from "./routes/rank.ts";
import type { Routes, Serving } from "./serving.ts";
import { tokenCheck } from "./token.ts";

export interface AppSettings {
  readonly token?: string;
  /** True if only this machine may ask. */
  readonly isLocal: boolean;
  /** The origins whose pages may ask, in addition to those of the server. */
  readonly origins: readonly string[];
  /** Receives a line of JSON for each request. */
  readonly log?: { readonly write: (line: string) => void };
}

const routes: readonly Routes[] = [
  pageRoutes,
  healthRoutes,
  modelsRoutes,
  predictRoutes,
  generateRoutes,
  rankRoutes,
  openInferenceRoutes,
  openApiRoutes,
  metricsRoutes,
];

/** Paths that need no token: they tell nothing about a model. */
const open = new Set(["/", "/v2/health/live", "/v2/health/ready"]);

/** The HTTP server, which does not listen yet. */
export async function createApp(
  serving: Serving,
  { token, isLocal, origins, log }: AppSettings,
): Promise<FastifyInstance> {
  const { limits, metrics } = serving;
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: 1000 * limits.receiveSeconds,
    // Node looks for requests that are too slow as often as this.
    http: { headersTimeout: 1000 * limits.receiveSeconds, connectionsCheckingInterval: 1000 },
    forceCloseConnections: "idle",
    // The hook below writes one line for each request.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => void answerFailure(error, request, reply),
    routerOptions: { maxParamLength: 300 },
    logger: log ? { level: "info", stream: log, base: null } : false,
  });
  app.server.maxConnections = limits.connections;
  app.decorateRequest("modelName", "");
  app.removeContentTypeParser(["application/json", "text/plain"]);
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => {
    try {
      done(null, readJson(body as Buffer, limits.depth));
    } catch (error) {
      done(error as Error);
    }
  });
  await app.register(multipart);
  if (origins.length > 0) allowOrigins(app, origins);
  const checkToken = token === undefined ? undefined : tokenCheck(token);
  app.addHook("onRequest", async (request) => {
    if (isLocal) requireLocal(request, origins);
    if (!open.has(request.routeOptions.url ?? "")) checkToken?.(request);
    if (Number(request.headers["content-length"] ?? 0) > limits.bodyBytes)
      throw new RequestFailure("too_large", `The body has more than ${limits.bodyBytes} bytes.`);
  });
  app.addHook("onSend", async (request, reply) => {
    void reply
      .header("cache-control", "no-store")
      .header("x-content-type-options", "nosniff")
      .header("mtl-request", request.id);
    // A connection that becomes idle later would keep the server from ending.
    if (!serving.isReady()) void reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    const answered = {
      route: request.routeOptions.url ?? "none",
      model: request.modelName,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    };
    metrics.answered(answered);
    request.log.info({ method: request.method, ...answered }, "answered");
  });
  app.setNotFoundHandler(() => {
    throw new RequestFailure(
      "not_found",
      "The server has no such address, or not by this method.",
      "GET /openapi.json lists the addresses.",
    );
  });
  app.setErrorHandler(answerFailure);
  for (const add of routes) add(app, serving);
  return app;
}

function answerFailure(error: unknown, { log }: Pick<FastifyRequest, "log">, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error);
  if (failure.code === "failed") log.error({ err: error }, "failed");
  if (failure.retryAfter !== undefined) void reply.header("retry-after", failure.retryAfter);
  if (failure.code === "unauthorized") void reply.header("www-authenticate", "Bearer");
  return reply.code(failure.status).send(writtenFailure(failure));
}
