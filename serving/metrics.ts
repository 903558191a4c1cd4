import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { ServedModels } from "./models/served-models.ts";

/** An answered request. The names are those of routes and models, of which there are few, and not what a client wrote. */
export interface AnsweredRequest {
  readonly route: string;
  readonly model: string;
  readonly status: number;
  readonly seconds: number;
}

/** The figures of a server, in the format of Prometheus. */
export class ServingMetrics {
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #seconds: Histogram;
  readonly #batchExamples: Histogram;
  readonly #batchSeconds: Histogram;
  readonly #reloads: Counter;

  constructor(waiting: () => Iterable<readonly [model: string, examples: number]>) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: "mtl_requests_total",
      help: "Answered requests.",
      labelNames: ["route", "model", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "mtl_request_seconds",
      help: "Time from the head of a request to the end of its answer.",
      labelNames: ["route", "model"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
    this.#batchExamples = new Histogram({
      name: "mtl_batch_examples",
      help: "Examples that were predicted together.",
      labelNames: ["model"],
      buckets: [1, 2, 4, 8, 16, 32, 64, 128],
      registers,
    });
    this.#batchSeconds = new Histogram({
      name: "mtl_batch_seconds",
      help: "Time in which a batch was read and predicted.",
      labelNames: ["model"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#reloads = new Counter({
      name: "mtl_reloads_total",
      help: "Loads of a run that has changed.",
      labelNames: ["model", "outcome"],
      registers,
    });
    const gauge: Gauge = new Gauge({
      name: "mtl_waiting_examples",
      help: "Examples that wait to be predicted.",
      labelNames: ["model"],
      registers: [],
      collect: () => {
        for (const [model, examples] of waiting()) gauge.set({ model }, examples);
      },
    });
    this.#registry.registerMetric(gauge);
  }

  /** The figures as text, and the type of its content. */
  async text(): Promise<readonly [text: string, contentType: string]> {
    return [await this.#registry.metrics(), this.#registry.contentType];
  }

  answered({ route, model, status, seconds }: AnsweredRequest): void {
    this.#requests.inc({ route, model, status: String(status) });
    this.#seconds.observe({ route, model }, seconds);
  }

  batch(model: string, examples: number, seconds: number): void {
    this.#batchExamples.observe({ model }, examples);
    this.#batchSeconds.observe({ model }, seconds);
  }

  reloaded(model: string, outcome: "loaded" | "failed"): void {
    this.#reloads.inc({ model, outcome });
  }
}

/** The numbers of waiting examples by model. */
export function waitingOf(models: () => ServedModels | undefined) {
  return (): readonly (readonly [string, number])[] =>
    (models()?.all ?? []).map(({ name, waiting }) => [name, waiting]);
}
