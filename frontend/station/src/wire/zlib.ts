/** zlib and raw DEFLATE, by the browser's own streams. */

import type { Bytes } from "./bytes.js";

export type Format = "deflate" | "deflate-raw";

export function deflate(bytes: Bytes, format: Format = "deflate"): Promise<Bytes> {
  return through(bytes, new CompressionStream(format));
}

/** Return the inflated bytes; rejects for what is none of this format. */
export function inflate(bytes: Bytes, format: Format = "deflate"): Promise<Bytes> {
  return through(bytes, new DecompressionStream(format));
}

async function through(bytes: Bytes, stream: GenericTransformStream): Promise<Bytes> {
  const body = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(body).arrayBuffer());
}
