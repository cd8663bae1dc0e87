/** Reads pictures beside the page, which goes on answering to taps meanwhile. */
import { read } from "../../../src/verify/reading";

const FORMATS = ["QRCode", "DataMatrix"] as const;

self.addEventListener("message", (event: MessageEvent<ImageData>) => {
  read(event.data, FORMATS).then(
    (code) => self.postMessage({ code }),
    (fault: unknown) => self.postMessage({ fault: String(fault) }),
  );
});
