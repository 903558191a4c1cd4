import type { FastifyInstance } from "fastify";
import type { ServingLimits } from "./limits.ts";
import type { ServingMetrics } from "./metrics.ts";
import type { ServedModels } from "./models/served-models.ts";

/** The parts of a server from which routes answer. */
export interface Serving {
  readonly models: ServedModels;
  readonly limits: ServingLimits;
  readonly metrics: ServingMetrics;
  /** False as soon as the server is ending. */
  readonly isReady: () => boolean;
  readonly needsToken: boolean;
}

/** Adds routes to a server. */
export type Routes = (app: FastifyInstance, serving: Serving) => void;

declare module "fastify" {
  interface FastifyRequest {
    /** The name of the model that answers, once it is known. */
    modelName: string;
  }
}
