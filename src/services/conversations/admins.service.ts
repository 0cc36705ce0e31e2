import type { ConversationMember } from '../../contracts/members';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { usersByIds } from '../accounts';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import { nextVersion, type Done, type Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import { presentConversationMember } from './conversation.presenter';
import { mayTouch } from './conversations.policy';
import { membersChanged } from './member-events';
import type { MembersService } from './members.service';
import { tellOwnViews } from './my.service';
import { tellNewcomers } from './newcomers';
import { mustBeAllowed } from './places';
import {
  accountsAmong,
  blockedAmong,
  isIn,
  managersOf,
  putIn,
  rosterOf,
  setRole,
  type RosterEntry,
} from './roster.queries';

/** A channel's owner and admins: each change of them is told to all of them. */
const MAX_MANAGERS = 50;

interface Dependencies {
  readonly database: Database;
  readonly members: MembersService;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
}

interface Appointment {
  readonly entry: RosterEntry;
  readonly change: 'none' | 'role' | 'joined';
}

/** Who runs a channel beside its owner. */
export class AdminsService {
  constructor(private readonly deps: Dependencies) {}

  /** Somebody who does not follow the channel does so from now on. @throws not_found, forbidden, blocked, limit_reached */
  async add(caller: Identity, channelId: string, userId: string): Promise<ConversationMember> {
    const { database, writer, bus } = this.deps;
    const { entry, change } = await writer.act({
      conversationId: channelId,
      apply: (scene) => appoint(scene, caller.userId, userId),
    });
    if (change === 'role') await tellOwnViews(database, bus, channelId, [userId]);
    if (change === 'joined') await tellNewcomers(database, bus, channelId, [userId]);
    const user = (await usersByIds(database.reader, [userId])).get(userId);
    if (!user) throw errors.notFound('user');
    return presentConversationMember(entry, user);
  }

  /** They follow the channel still. @throws not_found, also for somebody who does not follow it; forbidden */
  async remove(caller: Identity, channelId: string, userId: string): Promise<void> {
    await this.deps.members.changeRole(caller, 'channel', channelId, userId, 'follower');
  }
}

async function appoint(scene: Scene, actorId: string, userId: string): Promise<Done<Appointment>> {
  const roster = await rosterOf(scene, [...new Set([actorId, userId])]);
  const actor = mustBeAllowed(scene, 'channel', roster.get(actorId), 'manageRoles');
  const before = roster.get(userId);
  const follows = isIn(before);
  if (follows && !mayTouch(actor.role, before.role)) throw errors.forbidden();
  if (follows && before.role === 'admin') return { result: { entry: before, change: 'none' }, events: [] };
  if (!follows) await mustBeWelcome(scene, actorId, userId, before);
  if ((await managersOf(scene)).length >= MAX_MANAGERS)
    throw errors.limitReached(`A channel has at most ${MAX_MANAGERS - 1} admins`);

  const version = nextVersion(scene);
  const told = { userId, role: 'admin', version } as const;
  if (follows) {
    await setRole(scene, userId, 'admin', version);
    const events = await membersChanged(scene, [{ ...told, change: 'role' }]);
    return { result: { entry: { ...before, ...told }, change: 'role' }, events };
  }
  await putIn(scene, [told]);
  const entry = { ...told, createdAt: scene.now, leftAt: null, bannedAt: null };
  const joined = [
    'conversation.joined',
    { conversationId: scene.conversation.id, userIds: [userId] },
  ] as const;
  const events = [joined, ...(await membersChanged(scene, [{ ...told, change: 'joined' }]))];
  return { result: { entry, change: 'joined' }, events };
}

async function mustBeWelcome(
  scene: Scene,
  actorId: string,
  userId: string,
  before: RosterEntry | undefined,
): Promise<void> {
  if (before?.bannedAt) throw errors.forbidden();
  if (!(await accountsAmong(scene, [userId])).has(userId)) throw errors.notFound('user');
  if ((await blockedAmong(scene, actorId, [userId])).size > 0) throw errors.blocked();
}
