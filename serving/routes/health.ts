import type { Routes } from "../serving.ts";

/** Two answers for whoever starts the server: the process lives, and it takes requests. They need no token. */
export const healthRoutes: Routes = (app, { isReady }) => {
  app.get("/v2/health/live", () => ({ live: true }));
  app.get("/v2/health/ready", (_, reply) => reply.code(isReady() ? 200 : 503).send({ ready: isReady() }));
};
