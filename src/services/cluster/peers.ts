/** Milliseconds without a beat after which a node counts as lost. */
export const LOST_AFTER_MS = 5_000;

interface Peer {
  /** how many of its events have been heard, or were before we listened */
  heard: number;
  heardAt: number;
}

/** The other nodes that live, and how much has been heard of each. */
export class Peers {
  private readonly peers = new Map<string, Peer>();

  get count(): number {
    return this.peers.size;
  }

  has(node: string): boolean {
    return this.peers.has(node);
  }

  /** A node says how many events had happened there, and so many more. @returns whether some of them were never heard */
  hear(node: string, before: number, more: number, now = Date.now()): boolean {
    const known = this.peers.get(node);
    // Of one that nobody had introduced, everything until now was missed.
    const missed = known ? known.heard !== before : before > 0;
    this.peers.set(node, { heard: before + more, heardAt: now });
    return missed;
  }

  /** A node is there; what happened at it before does not concern us. */
  meet(node: string, before: number, now = Date.now()): void {
    this.peers.set(node, { heard: before, heardAt: now });
  }

  /** Nobody could be heard until now, which is not their fault. */
  excuse(now = Date.now()): void {
    for (const peer of this.peers.values()) peer.heardAt = now;
  }

  forget(node: string): void {
    this.peers.delete(node);
  }

  /** @returns the nodes that have not been heard of for too long, which are forgotten */
  lose(now = Date.now()): string[] {
    const lost = [...this.peers].flatMap(([node, { heardAt }]) =>
      now - heardAt > LOST_AFTER_MS ? node : [],
    );
    for (const node of lost) this.peers.delete(node);
    return lost;
  }
}
