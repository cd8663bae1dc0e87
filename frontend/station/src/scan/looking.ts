/** The camera with its reader: a worker of the app's own, whose files were taken home with this version. */

import { watch } from "../../../src/verify/camera";
import type { Code } from "../../../src/verify/reading";

/** Beside the page, so that the service worker that keeps the page serves it too. */
const READER = "reader.js";

interface Told {
  readonly code?: Code | null;
  readonly fault?: string;
}

/** One reader for as long as the page lives: the next scan need not start it again. */
let reader: Worker | null = null;

/** Look until a code is seen. */
export function look(video: HTMLVideoElement, over: AbortSignal): Promise<Code> {
  return watch(video, (picture) => asked(picture, over), over);
}

/** Look on and on and hand over each code that is seen, until `take` has enough. */
export function gather(video: HTMLVideoElement, over: AbortSignal, take: (code: Code) => Promise<boolean>): Promise<Code> {
  const seen = async (picture: ImageData) => {
    const code = await asked(picture, over);
    return code !== null && (await take(code)) ? code : null;
  };
  return watch(video, seen, over);
}

function asked(picture: ImageData, over: AbortSignal): Promise<Code | null> {
  const worker = (reader ??= new Worker(READER, { type: "module" }));
  const give = (fault: unknown): unknown => {
    worker.terminate();
    reader = null;
    return fault;
  };
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Told>) =>
      data.fault === undefined ? resolve(data.code ?? null) : reject(give(new Error(data.fault)));
    worker.onerror = (event) => reject(give(new Error(event.message || "the reader did not start")));
    over.onabort = () => reject(give(over.reason));
    worker.postMessage(picture, [picture.data.buffer]);
  });
}
