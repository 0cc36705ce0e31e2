import type { Device, Fresh } from './device';
import type { Shown } from './replica';

const byNumber = (left: number, right: number): number => left - right;

/** Without what is unread, where that is not known. */
const counted = ({ my, ...shown }: Shown, isKnown: boolean): Shown => ({
  ...shown,
  my: isKnown ? my : { ...my, unreadCount: 0, mentionCount: 0 },
});

/** Seqs are without gaps, but for what the person has hidden or cleared. */
function mustBeWhole({ messages, hidden, lastSeq, my, prunedUptoSeq }: Fresh): void {
  const gone = Math.max(my.clearedUptoSeq, prunedUptoSeq);
  expect([...messages.map(({ seq }) => seq), ...hidden].sort(byNumber)).toEqual(
    Array.from({ length: lastSeq - gone }, (_, index) => gone + index + 1),
  );
}

/**
 * The devices of one person, each brought up to date by its own means, show what a fresh fetch would.
 * @param posted `conversation/person` of who has ever posted in a channel: posts do not tell whose they are, so those people cannot
 * count what is unread there
 */
export async function mustBeExact(
  devices: readonly Device[],
  posted: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const device of devices) {
    await device.connect();
    await device.replica.sync();
  }
  const fresh = (await devices[0]?.freshlyFetched()) ?? new Map<string, Fresh>();
  for (const { replica, person } of devices) {
    const shown = replica.shown();
    expect([...shown.keys()].sort()).toEqual([...fresh.keys()].sort());
    for (const [id, known] of shown) {
      const { hidden: _, prunedUptoSeq: __, ...expected } = fresh.get(id) as Fresh;
      const canCount = !posted.has(`${id}/${person.id}`);
      expect(counted(known, canCount)).toEqual(counted(expected, canCount));
    }
  }
  for (const conversation of fresh.values()) mustBeWhole(conversation);
}
