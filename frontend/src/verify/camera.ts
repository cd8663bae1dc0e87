/** QR codes from the camera or a picture, read by zxing compiled to WebAssembly, from our own server. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

const REST_MS = 150;
const READS = { formats: ["QRCode" as const], maxNumberOfSymbols: 1, tryHarder: true };

// Left to itself, the library would fetch its program from somebody else's server.
prepareZXingModule({ overrides: { locateFile: () => wasm } });

/** Read the QR code of a picture; null if there is none. */
export async function read(picture: Blob | ImageData): Promise<string | null> {
  const found = await readBarcodes(picture, READS);
  return found[0]?.text ?? null;
}

/** Look through the camera until a code is seen, then close it; `over` closes it before, and nothing was read. */
export async function watch(video: HTMLVideoElement, over?: AbortSignal): Promise<string> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  try {
    video.srcObject = stream;
    await video.play();
    const canvas = document.createElement("canvas");
    const paper = canvas.getContext("2d", { willReadFrequently: true })!;
    for (;;) {
      over?.throwIfAborted();
      if (video.videoWidth) {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        paper.drawImage(video, 0, 0);
        const text = await read(paper.getImageData(0, 0, canvas.width, canvas.height));
        if (text) return text;
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
