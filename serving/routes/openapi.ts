import { openApi } from "../openapi/open-api.ts";
import type { Routes } from "../serving.ts";

export const openApiRoutes: Routes = (app, { models, needsToken }) => {
  app.get("/openapi.json", () => openApi({ models: models.addressed, needsToken }));
};
