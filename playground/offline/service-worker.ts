/**
 * Keeps the page for a reader without a network. The page itself is asked for first, so that a new version is seen at once; all other files of a build have a hash in their
 * names, so that a kept one is as good as a new one. Any file server may hold the page: what isolates it, for threads, is added here where the server does not say it.
 */

interface LifeEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface RequestEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const cacheName = "mtl-playground";
const scope = self as unknown as {
  readonly registration: { readonly scope: string };
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
};

addEventListener("install", (event) => (event as LifeEvent).waitUntil(scope.skipWaiting()));
addEventListener("activate", (event) => (event as LifeEvent).waitUntil(scope.clients.claim()));

addEventListener("fetch", (event) => {
  const asked = event as RequestEvent;
  const { request } = asked;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const isHashed = /\/assets\/[^/]+-[\w-]{8}\.\w+$/u.test(pathname);
  asked.respondWith(isHashed ? keptFirst(request) : askedFirst(request));
});

/** The page tells when it has loaded: then everything that it may need later is kept, and what an earlier version has left is forgotten. */
addEventListener("message", (event) =>
  (event as unknown as LifeEvent).waitUntil(keepAll((event as MessageEvent<readonly string[]>).data)),
);

async function keepAll(loaded: readonly string[]): Promise<void> {
  const listed = await fetch(new URL("files.json", scope.registration.scope));
  const files = (await listed.json()) as readonly string[];
  const cache = await caches.open(cacheName);
  const wanted = new Set([...files.map((file) => new URL(file, scope.registration.scope).href), ...loaded]);
  const kept = await cache.keys();
  const isOfBuild = (url: string): boolean => new URL(url).pathname.includes("/assets/");
  await Promise.all(kept.filter(({ url }) => isOfBuild(url) && !wanted.has(url)).map((each) => cache.delete(each)));
  const have = new Set(kept.map(({ url }) => url));
  await Promise.all([...wanted].filter((url) => !have.has(url)).map((url) => cache.add(url)));
}

async function keptFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  return kept ? isolated(kept) : answered(request);
}

async function askedFirst(request: Request): Promise<Response> {
  try {
    return await answered(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return isolated(kept);
    throw error;
  }
}

async function answered(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.status === 200) {
    const cache = await caches.open(cacheName);
    await cache.put(request, response.clone());
  }
  return isolated(response);
}

function isolated(response: Response): Response {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
