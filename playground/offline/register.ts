/** Milliseconds after which everything else is fetched, so that the first paint and the first check come first. */
const pause = 3000;

/** Keeps the page for the time without a network, where the browser can. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  setTimeout(() => {
    void navigator.serviceWorker
      .register(new URL("./service-worker.js", document.baseURI))
      .then(() => navigator.serviceWorker.ready)
      .then(({ active }) => active?.postMessage(loaded()))
      // A page works as well without it, as in a private window.
      .catch(() => undefined);
  }, pause);
}

/** The addresses of what the page has loaded so far, before it had the service worker: the data of its example is among them. */
function loaded(): readonly string[] {
  const { origin } = location;
  return performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => name.startsWith(origin));
}
