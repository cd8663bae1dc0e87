/** A chain of entries as a sender sees it: where it stands, its rows, and what the center said of them. */

import type { AsideRow, ChainRow } from "../store/schema.js";
import { type Bytes, equal } from "../wire/bytes.js";
import type { Header } from "../wire/chain.js";

/** What a sender needs of an entry. Without its link no batch can be made of it. */
export interface QueueRow {
  readonly seq: number;
  readonly theirs: Bytes;
  readonly bytes?: number;
  readonly link?: Bytes;
}

/**
 * Where the center stands against the chain here. `ahead`: it holds entries whose answer got lost. `rewound`: it holds fewer
 * than it answered for, and they are sent again. `fork`: its link is not ours, or what it lacks is here no more.
 */
export type Standing = "ahead" | "rewound" | "same" | "fork";

export interface Queue<Row extends QueueRow = QueueRow> {
  chain(): Promise<ChainRow>;
  rows(first: number, last: number): Promise<Row[]>;
  /** The link before this sequence; undefined when it is not here any more. */
  linkBefore(seq: number): Promise<Bytes | undefined>;
  /** The clear bytes of a row; null without its key. */
  opened(row: Row, key: CryptoKey): Promise<Bytes | null>;
  /**
   * Note what is about to be sent, so that after any crash exactly this is sent again. False: others were quicker, and
   * the chain is not answered just up to `from` any more, or another batch is under way.
   */
  signed(header: Header, from: number): Promise<boolean>;
  /** Forget the header that was signed: the next batch is cut anew. */
  unsigned(): Promise<void>;
  /** The center answered for every entry up to this one: they wait no more. */
  answered(last: number, asides: readonly AsideRow[]): Promise<void>;
  /** Go on from where the center says that it stands. */
  reconcile(last: number, head: Bytes): Promise<Standing>;
}

interface Told {
  readonly last: number;
  readonly head: Bytes;
  /** The link before the chain's first entry. */
  readonly first: Bytes;
  /** The link of the row at `last`, if it is here, and whether the row behind it is. */
  readonly linkAt: Bytes | undefined;
  readonly hasNext: boolean;
}

export function standAt(chain: ChainRow, { last, head, first, linkAt, hasNext }: Told): Standing {
  if (last > chain.seq) return "fork";
  const link = last === chain.answered ? chain.answeredLink : last === 0 ? first : linkAt;
  if (link === undefined || !equal(link, head)) return "fork";
  if (last < chain.answered && !hasNext) return "fork";
  if (last === chain.answered) return "same";
  return last > chain.answered ? "ahead" : "rewound";
}
