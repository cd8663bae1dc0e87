/**
 * Turns among the pages of one device, by Web Locks. They spare work that would be done twice; what must hold without them
 * is guarded by the database's transactions.
 */

export type Turn = "append" | "sync" | "admit";

/** Wait for one's turn and run; at once where the browser has no locks. */
export function inTurn<Result>(turn: Turn, work: () => Promise<Result>): Promise<Result> {
  const locks = lockManager();
  return locks === undefined ? work() : (locks.request(name(turn), work) as Promise<Result>);
}

/** Run if it is nobody else's turn; else leave it to whoever is at it. */
export async function ifFree(turn: Turn, work: () => Promise<void>): Promise<void> {
  const locks = lockManager();
  if (locks === undefined) return work();
  await locks.request(name(turn), { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
  });
}

function name(turn: Turn): string {
  return `tiemchung-station/${turn}`;
}

function lockManager(): LockManager | undefined {
  return (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
}
