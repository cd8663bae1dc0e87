/** Where in the app somebody is: after the address's #, where a visit is named by its id and nobody by name. */

import { useLayoutEffect, useState } from "preact/hooks";

export type Route = readonly string[];

export function go(...parts: readonly string[]): void {
  location.hash = `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function to(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** Listens from the moment it is drawn: who goes on before the next picture, as after the other language, is followed too. */
export function useRoute(): Route {
  const [route, setRoute] = useState(read);
  useLayoutEffect(() => {
    const change = () => setRoute(read());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}

function read(): Route {
  try {
    return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return []; // somebody typed half a character
  }
}
