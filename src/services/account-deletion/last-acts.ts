import { dissolve } from '../conversations/deletion.service';
import { depart } from '../conversations/departures';
import { handOver } from '../conversations/ownership.service';
import { isIn, rosterOf, type RosterEntry } from '../conversations/roster.queries';
import type { Done, NamedEvent, Scene } from '../messages/act';
import { makeTombstone } from '../messages/deletion.service';
import { bumpViewsOfChat, heirOf, isSaid, type OwnMessage } from './erasure.queries';

interface Left {
  /** of a conversation that went with the last one in it, to be discarded */
  readonly picture: string | null;
  /** whose own views have changed */
  readonly seenAnewBy: readonly string[];
}

const NOTHING: Done<Left> = { result: { picture: null, seenAnewBy: [] }, events: [] };

/** Somebody leaves a conversation with their account. It goes with the last one. */
export async function leaveForGood(scene: Scene, userId: string): Promise<Done<Left>> {
  const entry = (await rosterOf(scene, [userId])).get(userId);
  if (!isIn(entry)) return NOTHING;
  if (scene.conversation.memberCount < 2) return goWithIt(scene);
  if (entry.role === 'owner') return abdicate(scene, entry);
  const events = await depart(scene, entry, { reason: 'left', actorId: userId });
  const seenAnewBy = scene.conversation.kind === 'chat' ? await bumpViewsOfChat(scene) : [];
  return { result: { picture: null, seenAnewBy }, events };
}

/** Nobody else was in it when the account went: somebody came, or gave it to them, at the same moment. */
async function abdicate(scene: Scene, entry: RosterEntry): Promise<Done<Left>> {
  const { userId } = entry;
  const heirId = await heirOf(scene, userId);
  if (heirId === null) return goWithIt(scene);
  const events: readonly NamedEvent[] = [
    ...(await handOver(scene, userId, heirId)),
    ...(await depart(scene, { ...entry, role: 'admin' }, { reason: 'left', actorId: userId })),
  ];
  return { result: { picture: null, seenAnewBy: [heirId] }, events };
}

async function goWithIt(scene: Scene): Promise<Done<Left>> {
  const { result: picture, events } = await dissolve(scene);
  return { result: { picture, seenAnewBy: [] }, events };
}

/** A message of somebody who has gone, wherever it is. */
export async function takeBack(scene: Scene, message: OwnMessage): Promise<Done<undefined>> {
  return (await isSaid(scene, message.seq))
    ? makeTombstone(scene, message)
    : { result: undefined, events: [] };
}
