import type { Routes } from "../serving.ts";

export const metricsRoutes: Routes = (app, { metrics }) => {
  app.get("/metrics", async (_, reply) => {
    const [text, contentType] = await metrics.text();
    return reply.type(contentType).send(text);
  });
};
