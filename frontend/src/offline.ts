/** The service worker of the check: pages and lists come from the network first, files and everything else from home. */
type Home = { files: string[] };
const worker = self as unknown as ServiceWorkerGlobalScope & { TIEM_CHUNG: Home };
const CACHE = "tiem-chung-verifier-1";

worker.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll([...worker.TIEM_CHUNG.files, "./", "danh-sach.json"]);
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== worker.location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(homeFirst(request));
  else if (request.url.startsWith(worker.registration.scope)) event.respondWith(networkFirst(request));
});

async function homeFirst(request: Request): Promise<Response> {
  const held = await caches.match(request);
  if (held) return held;
  const answer = await fetch(request);
  if (answer.ok) await keep(request, answer);
  return answer;
}

async function networkFirst(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await keep(request, answer);
    return answer;
  } catch (fault) {
    const held = await caches.match(request, { ignoreSearch: true });
    if (held) return held;
    throw fault;
  }
}

async function keep(request: Request, answer: Response): Promise<void> {
  await (await caches.open(CACHE)).put(request, answer.clone());
}
