/**
 * The service worker of the station's app: each version is one whole piece of page, sentences and files, taken home
 * before it serves anybody. What the app records is no business of this file: it lies in the app's own store.
 */
export {};

type Home = { version: string; files: string[] };
const worker = self as unknown as ServiceWorkerGlobalScope & { TIEM_CHUNG: Home };
const FAMILY = "tiem-chung-station-";
const CACHE = FAMILY + worker.TIEM_CHUNG.version;

worker.addEventListener("install", (event) => {
  // Past the browser's own cache: a version is made of what the server has now, or it is not made.
  const wanted = worker.TIEM_CHUNG.files.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(FAMILY) && name !== CACHE) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("message", (event) => {
  if (event.data === "take-over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET" || new URL(request.url).origin !== worker.location.origin) return;
  const inside = request.mode === "navigate" && request.url.startsWith(worker.registration.scope);
  if (inside) event.respondWith(held(worker.registration.scope, request));
  else if (!new URL(request.url).pathname.startsWith("/api/")) event.respondWith(held(request, request));
});

/** What this version took home; from the network only what belongs to no version. */
async function held(name: Request | string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(name)) ?? fetch(request);
}
