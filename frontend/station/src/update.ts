/**
 * The app's own versions. The service worker takes a new one home whole and then waits: the page goes on with the
 * version it began with until somebody asks for the new one, or until nobody is signed in. What is not sent lies in the
 * store, which no version throws away.
 */

import { useEffect, useState } from "preact/hooks";

export interface Update {
  readonly waiting: boolean;
  take(): void;
}

export const TAKE = "take-over";
const LOOKS_EVERY_MS = 30 * 60_000;

/** Watch for a new version; `free` tells that nobody would be disturbed by it. */
export function useUpdate(worker: string, free: boolean): Update {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null);
  useEffect(() => (worker && "serviceWorker" in navigator ? watch(worker, setWaiting) : undefined), [worker]);
  useEffect(() => {
    if (free) waiting?.postMessage(TAKE);
  }, [free, waiting]);
  return { waiting: waiting !== null, take: () => waiting?.postMessage(TAKE) };
}

function watch(worker: string, found: (waiting: ServiceWorker | null) => void): () => void {
  const over = new AbortController();
  const before = navigator.serviceWorker.controller;
  // The first worker of a device takes the page as it is; only a page under an older one must begin again.
  navigator.serviceWorker.addEventListener("controllerchange", () => before && location.reload(), { signal: over.signal });
  let looking: ReturnType<typeof setInterval> | undefined;
  navigator.serviceWorker
    .register(worker)
    .then((kept) => {
      const look = () => found(kept.waiting);
      kept.addEventListener("updatefound", () => kept.installing?.addEventListener("statechange", look), { signal: over.signal });
      look();
      looking = setInterval(() => void kept.update().catch(() => undefined), LOOKS_EVERY_MS);
    })
    .catch(() => undefined); // without a worker the app still works, as long as there is a network
  return () => {
    over.abort();
    clearInterval(looking);
  };
}
