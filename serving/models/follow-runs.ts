import type { ServedModel } from "./served-model.ts";

export interface FollowSettings {
  /** Seconds between two looks; 0 for none. */
  readonly seconds: number;
  readonly onReload: (model: string, version: string) => void;
  /** Hears why a run could not be loaded again. The earlier load continues to answer. */
  readonly onFailure: (model: string, error: unknown) => void;
}

export interface Follower {
  /** Looks at once, after a look that is at work. */
  readonly look: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Loads runs again when they have ended or were trained on. One look is at work at a time. */
export function followRuns(models: readonly ServedModel[], { seconds, onReload, onFailure }: FollowSettings): Follower {
  let looking = Promise.resolve();
  const lookOnce = async (): Promise<void> => {
    for (const model of models) {
      try {
        if (await model.reload()) onReload(model.name, model.version);
      } catch (error) {
        onFailure(model.name, error);
      }
    }
  };
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  const timer = seconds > 0 ? setInterval(() => void look(), 1000 * seconds).unref() : undefined;
  return {
    look,
    end: () => {
      clearInterval(timer);
      return looking;
    },
  };
}
