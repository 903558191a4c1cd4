/** Milliseconds after which everything else is fetched, so that the first paint and the first check come first. */
const pause = 3000;

/** Keeps the page for the time without a network, where the browser can. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  setTimeout(() => {
    void navigator.serviceWorker
      .register(new URL("./service-worker.js", document.baseURI))
      .then(() => navigator.serviceWorker.ready)
      .then(({ active }) => active && keepLoaded(active))
      // A page works as well without it, as in a private window.
      .catch(() => undefined);
  }, pause);
}

/** Names the files that the page asked for before the service worker answered it, those that arrive later too: the data of its example is among them. */
function keepLoaded(worker: ServiceWorker): void {
  const now = performance.now();
  const isEarly = ({ name, startTime }: PerformanceEntry): boolean =>
    name.startsWith(location.origin) && startTime < now;
  const loaded = new PerformanceObserver((list) => {
    const names = list.getEntries().filter(isEarly);
    if (names.length > 0) worker.postMessage(names.map(({ name }) => name));
  });
  loaded.observe({ type: "resource", buffered: true });
}
