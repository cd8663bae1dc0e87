/** A button that opens the camera and gives what it reads; closing it gives nothing. The reader comes along when asked. */

import { useEffect, useRef, useState } from "preact/hooks";

import type { Code } from "../../../src/verify/reading";
import { Icon } from "../parts/drawings";
import { useStation } from "../parts/screen";
import { w } from "../words";

type Reader = typeof import("./looking");
type Seeing = (reader: Reader, video: HTMLVideoElement, over: AbortSignal) => Promise<void>;

/** Look for one code. */
export function Scanner({ words, found }: { words: string; found: (text: string) => void }) {
  const once: Seeing = async ({ look }, video, over) => {
    const { text } = await look(video, over);
    if (!over.aborted) found(text);
  };
  // A real paper is somebody's: none is read into a rehearsal.
  if (useStation().status.rehearsal) return <p class="tc-small tc-secondary">{w("rehearsal.no-scan")}</p>;
  return <Camera words={words} seeing={once} />;
}

/** Look for many codes and hand on each, until `take` has enough or somebody closes it. */
export function Collector({ words, take }: { words: string; take: (code: Code) => Promise<boolean> }) {
  const on: Seeing = async ({ gather }, video, over) => void (await gather(video, over, take));
  return <Camera words={words} seeing={on} />;
}

function Camera({ words, seeing }: { words: string; seeing: Seeing }) {
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const closed = useRef<AbortController | null>(null);
  useEffect(() => () => closed.current?.abort(), []); // a screen that goes closes its camera
  const scan = () => {
    setRefused(false);
    setOpen(true);
    const over = new AbortController();
    closed.current = over;
    film(seeing, () => video.current, over.signal)
      .catch(() => setRefused(!over.signal.aborted))
      .finally(() => {
        if (closed.current !== over) return; // opened again meanwhile
        closed.current = null;
        setOpen(false);
      });
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

async function film(seeing: Seeing, video: () => HTMLVideoElement | null, over: AbortSignal): Promise<void> {
  const reader = await import("./looking");
  const shown = video();
  if (shown === null) throw new Error("the picture is gone");
  await seeing(reader, shown, over);
}
