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

/**
 * Names the files that the page asks for before the service worker answers it, those that arrive later too: the data of
 * its example is among them.
 */
function keepLoaded(worker: ServiceWorker): void {
  const { serviceWorker } = navigator;
  let answersFrom = serviceWorker.controller ? performance.now() : Infinity;
  const onControl = () => (answersFrom = Math.min(answersFrom, performance.now()));
  serviceWorker.addEventListener("controllerchange", onControl, { once: true });
  const loaded = new PerformanceObserver((list) => {
    const names = list
      .getEntries()
      .filter(({ name, startTime }) => name.startsWith(location.origin) && startTime < answersFrom)
      .map(({ name }) => name);
    if (names.length > 0) worker.postMessage(names);
  });
  loaded.observe({ type: "resource", buffered: true });
}
