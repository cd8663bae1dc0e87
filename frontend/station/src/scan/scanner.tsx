/** A button that opens the camera and gives what it reads; closing it gives nothing. The reader comes along when asked. */

import { useRef, useState } from "preact/hooks";

import { Icon } from "../parts/drawings";
import { w } from "../words";

export function Scanner({ words, found }: { words: string; found: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const closed = useRef<AbortController | null>(null);
  const scan = () => {
    setRefused(false);
    setOpen(true);
    const over = new AbortController();
    closed.current = over;
    read(() => video.current, over.signal)
      .then((text) => !over.signal.aborted && found(text))
      .catch(() => setRefused(!over.signal.aborted))
      .finally(() => setOpen(false));
  };
  const close = () => {
    closed.current?.abort();
    setOpen(false);
  };
  return (
    <div class="tc-scan">
      <button type="button" class="govuk-button tc-button--chair" onClick={open ? close : scan}>
        <Icon name={open ? "x" : "qr"} large />
        {open ? w("scan.close") : words}
      </button>
      {open && (
        <div class="tc-verifier__camera">
          <video ref={video} muted playsInline aria-label={w("scan.picture")} />
        </div>
      )}
      <div role="status">{refused && <p class="tc-notice tc-notice--look">{w("scan.no-camera")}</p>}</div>
    </div>
  );
}

async function read(video: () => HTMLVideoElement | null, over: AbortSignal): Promise<string> {
  const { look } = await import("./looking");
  const shown = video();
  if (shown === null) throw new Error("the picture is gone");
  return (await look(shown, over)).text;
}
