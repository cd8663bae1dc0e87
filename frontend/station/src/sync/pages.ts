/** What the pages of one device tell each other: what changed on the disk, who is signed in, that the screen is covered. */

import type { Bytes } from "../wire/bytes.js";

const CHANNEL = "tiemchung-station";

export type News =
  | { readonly what: "entries" | "sent" | "fetched" | "device" }
  | { readonly what: "lock" | "out" }
  | { readonly what: "who" }
  | { readonly what: "opened"; readonly staff: string; readonly raw: Bytes };

/** A browser tells a channel's messages to every page of this origin but the one that sent them. */
export class Pages {
  private readonly channel: BroadcastChannel;

  constructor(name: string, heard: (news: News) => void) {
    this.channel = new BroadcastChannel(`${CHANNEL}/${name}`);
    this.channel.onmessage = (event: MessageEvent<News>): void => heard(event.data);
  }

  tell(news: News): void {
    this.channel.postMessage(news);
  }

  close(): void {
    this.channel.close();
  }
}
