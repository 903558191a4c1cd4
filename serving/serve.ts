import type { EngineChoice } from "../runtime/index.ts";
import { UserError } from "../runtime/user-error.ts";
import { createApp } from "./create-app.ts";
import { allowedFiles } from "./inputs/allowed-files.ts";
import { type ServingLimits, defaultLimits } from "./limits.ts";
import { isLocalHost } from "./local-hosts.ts";
import { ServingMetrics, waitingOf } from "./metrics.ts";
import { ServedModel } from "./models/served-model.ts";
import { ServedModels } from "./models/served-models.ts";
import { followRuns } from "./models/follow-runs.ts";

export interface ServeOptions {
  /** The runs, each with the name of its model in addresses. */
  readonly runs: readonly { readonly name: string; readonly path: string; readonly against?: string }[];
  readonly host: string;
  /** A free one if it is 0. */
  readonly port: number;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** The folder whose files requests may name; without it none. */
  readonly files?: string;
  readonly token?: string;
  /** Origins whose pages may ask, such as `https://app.example`. */
  readonly origins?: readonly string[];
  readonly limits?: Partial<ServingLimits>;
  /** Seconds between looks at the folders of the runs; they are not looked at if it is 0. */
  readonly followSeconds?: number;
  /** Receives a line of JSON for each request. */
  readonly log?: { readonly write: (line: string) => void };
}

/** A server that answers. */
export interface Served {
  readonly url: string;
  readonly models: ServedModels;
  /** True if only this machine may ask. */
  readonly isLocal: boolean;
  /** Loads runs again that have changed. */
  readonly reload: () => Promise<void>;
  /** Refuses new requests, answers those that have come, and frees the engines. */
  readonly close: () => Promise<void>;
}

/** Loads runs and answers requests. */
export async function serve(options: ServeOptions): Promise<Served> {
  const { runs, host, port, engine, threads, files, token, origins = [], log, followSeconds = 2 } = options;
  const limits = { ...defaultLimits, ...options.limits };
  let opened: ServedModels | undefined;
  const metrics = new ServingMetrics(waitingOf(() => opened));
  const all: ServedModel[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(all.map((each) => each.close()));
  };
  try {
    for (const { name, path, against } of runs)
      all.push(
        await ServedModel.open({
          name,
          path,
          limits,
          files: allowedFiles(files),
          ...(engine === undefined ? {} : { engine }),
          ...(threads === undefined ? {} : { threads }),
          ...(against === undefined ? {} : { against }),
          onBatch: (examples, seconds) => metrics.batch(name, examples, seconds),
        }),
      );
    const models = new ServedModels(all);
    opened = models;
    let isReady = true;
    const serving = { models, limits, metrics, isReady: () => isReady, needsToken: token !== undefined };
    const app = await createApp(serving, {
      isLocal: isLocalHost(host),
      origins,
      ...(token === undefined ? {} : { token }),
      ...(log === undefined ? {} : { log }),
    });
    const follower = followRuns(all, {
      seconds: followSeconds,
      onReload: (name, version) => {
        metrics.reloaded(name, "loaded");
        app.log.info({ model: name, version }, "loaded");
      },
      onFailure: (name, error) => {
        metrics.reloaded(name, "failed");
        app.log.error({ model: name, err: error }, "not loaded");
      },
    });
    const url = await app.listen({ host, port }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UserError("usage", `The server cannot listen: ${reason}.`, "Give another --port or --host.", { cause });
    });
    return {
      url,
      models,
      isLocal: isLocalHost(host),
      reload: follower.look,
      close: async () => {
        isReady = false;
        await follower.end();
        const late = setTimeout(() => app.server.closeAllConnections(), 1000 * limits.drainSeconds);
        await app.close();
        clearTimeout(late);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
