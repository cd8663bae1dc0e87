/** Our drawings, from the sheet that the server's pages use; a word always stands beside one. */

import type { ComponentChildren } from "preact";

import sheet from "../../../../src/tiemchung/faces/shared/drawings/icons.svg?raw";

export type Shape = "done" | "ring" | "half" | "tri" | "twin" | "oct" | "up" | "void";
export const TONES: Readonly<Record<Shape, string>> = {
  done: "done",
  ring: "wait",
  half: "busy",
  tri: "look",
  twin: "look",
  oct: "stop",
  up: "wait",
  void: "wait",
};

/** Lay the sheet into the page once, unseen; every drawing points to it. */
export function layDrawings(): void {
  const held = document.createElement("div");
  held.hidden = true;
  held.innerHTML = sheet;
  document.body.append(held);
}

export function Icon({ name, large = false }: { name: string; large?: boolean }) {
  return (
    <svg class={large ? "tc-icon tc-icon--large" : "tc-icon"} viewBox="0 0 24 24" aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

export function ShapeOf({ name }: { name: Shape }) {
  return (
    <svg class="tc-shape" viewBox="0 0 16 16" aria-hidden="true">
      <use href={`#s-${name}`} />
    </svg>
  );
}

/** Word, color and shape, always all three. */
export function Status({ shape, pill = false, children }: { shape: Shape; pill?: boolean; children: ComponentChildren }) {
  return (
    <span class={`tc-status tc-status--${TONES[shape]}${pill ? " tc-status--pill" : ""}`}>
      <ShapeOf name={shape} />
      <span>{children}</span>
    </span>
  );
}

export function Mark() {
  return (
    <svg class="tc-brand__mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="tc-roof" d="M4.5 15.5 16 6l11.5 9.5" />
      <circle class="tc-dot" cx="16" cy="22.4" r="5.6" />
    </svg>
  );
}
