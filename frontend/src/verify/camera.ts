/** The camera: its pictures are handed on one by one until somebody has found what they look for. */

const REST_MS = 150;

/** Look through the camera until something is found, then close it; `over` closes it before, and nothing was found. */
export async function watch<Found>(
  video: HTMLVideoElement,
  look: (picture: ImageData) => Promise<Found | null>,
  over?: AbortSignal,
): Promise<Found> {
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
        const found = await look(paper.getImageData(0, 0, canvas.width, canvas.height));
        if (found !== null) return found;
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
