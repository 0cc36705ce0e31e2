/** Somebody whose last device has been gone for the whole grace. */
export interface Lapse {
  readonly userId: string;
  /** when the last device went */
  readonly lastSeenAt: Date;
}

/**
 * Who is connected, by one lease per device (a socket). A person is online while a lease is held, and for the grace
 * after the last one was given back.
 */
export interface PresenceLeases {
  /** @returns whether the person was offline until now */
  take(userId: string, deviceId: string): Promise<boolean>;
  /** Gives a lease back; one that is not held is ignored. */
  release(userId: string, deviceId: string): Promise<void>;
  /** Who of them is online. */
  online(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Everybody who is online, and how many devices hold a lease. */
  everybody(): Promise<{ readonly people: readonly string[]; readonly devices: number }>;
  /** @param listener told of everybody who went offline */
  onLapse(listener: (lapse: Lapse) => void): void;
  /** Ends every lease of this process at once; the listener hears nothing more. @returns who was online by them */
  close(): Promise<readonly Lapse[]>;
}

interface Holder {
  readonly devices: Set<string>;
  /** set while no device is there */
  grace?: { readonly timer: NodeJS.Timeout; readonly lastSeenAt: Date };
}

/** The leases of one process. */
export class MemoryLeases implements PresenceLeases {
  private readonly holders = new Map<string, Holder>();
  private listener: (lapse: Lapse) => void = () => undefined;

  constructor(private readonly graceMs: number) {}

  take(userId: string, deviceId: string): Promise<boolean> {
    const holder = this.holders.get(userId);
    if (!holder) {
      this.holders.set(userId, { devices: new Set([deviceId]) });
      return Promise.resolve(true);
    }
    clearTimeout(holder.grace?.timer);
    delete holder.grace;
    holder.devices.add(deviceId);
    return Promise.resolve(false);
  }

  release(userId: string, deviceId: string): Promise<void> {
    const holder = this.holders.get(userId);
    if (holder?.devices.delete(deviceId) && holder.devices.size === 0) {
      const lastSeenAt = new Date();
      const lapse = (): void => {
        this.holders.delete(userId);
        this.listener({ userId, lastSeenAt });
      };
      holder.grace = { timer: setTimeout(lapse, this.graceMs), lastSeenAt };
    }
    return Promise.resolve();
  }

  online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(userIds.filter((userId) => this.holders.has(userId))));
  }

  everybody(): Promise<{ people: string[]; devices: number }> {
    const devices = [...this.holders.values()].reduce((sum, holder) => sum + holder.devices.size, 0);
    return Promise.resolve({ people: [...this.holders.keys()], devices });
  }

  onLapse(listener: (lapse: Lapse) => void): void {
    this.listener = listener;
  }

  close(): Promise<readonly Lapse[]> {
    const now = new Date();
    const lapses = [...this.holders].map(([userId, { grace }]) => {
      clearTimeout(grace?.timer);
      return { userId, lastSeenAt: grace?.lastSeenAt ?? now };
    });
    this.holders.clear();
    return Promise.resolve(lapses);
  }
}
