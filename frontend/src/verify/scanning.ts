/** What the pages of the check ask of a camera and of a picture: the text of its QR code. */
import { watch as watching } from "./camera";
import { read as reading } from "./reading";

/** Read the QR code of a picture; null if there is none. */
export async function read(picture: Blob): Promise<string | null> {
  return (await reading(picture))?.text ?? null;
}

/** Look through the camera until a QR code is seen, then close it. */
export async function watch(video: HTMLVideoElement): Promise<string> {
  return (await watching(video, (picture) => reading(picture))).text;
}
