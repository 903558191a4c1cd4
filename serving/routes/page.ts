import { randomBytes } from "node:crypto";
import { pageWith } from "../page/page.ts";
import type { Routes } from "../serving.ts";

/** `GET /`: a page to try the models. It knows nothing of them, and asks like any client. */
export const pageRoutes: Routes = (app) => {
  app.get("/", (_, reply) => {
    const nonce = randomBytes(16).toString("hex");
    const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", policy)
      .header("referrer-policy", "no-referrer")
      .send(pageWith(nonce));
  });
};
