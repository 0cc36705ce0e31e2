import type { Person } from '../support/people';
import type { TestServer } from '../support/server';
import type { People } from './cast';

/** A conversation with a message in it. */
export interface Place {
  readonly id: string;
  readonly messageId: string;
}

export interface OwnedPlace extends Place {
  readonly invite: { readonly id: string; readonly token: string };
  /** of channels */
  readonly handle?: string;
}

type Method = 'post' | 'put' | 'patch' | 'delete';

let handles = 0;

/** The conversations of the world. Each is made when it is asked for first, and again when somebody has changed it. */
export class Places {
  private readonly made = new Map<() => Promise<Place>, Promise<Place>>();

  constructor(
    private readonly server: TestServer,
    private readonly people: People,
  ) {}

  chat = (): Promise<Place> => this.once(this.makeChat);
  blockedChat = (): Promise<Place> => this.once(this.makeBlockedChat);
  group = (): Promise<OwnedPlace> => this.once(this.makeGroup);
  publicChannel = (): Promise<OwnedPlace> => this.once(this.makePublicChannel);
  privateChannel = (): Promise<OwnedPlace> => this.once(this.makePrivateChannel);

  /** Nobody will be sent there again. */
  async abandon({ id }: Place): Promise<void> {
    for (const [make, place] of this.made) if ((await place).id === id) this.made.delete(make);
  }

  /** All that others can change about a place. */
  async stateOf({ id }: Place): Promise<unknown> {
    const { reader } = await this.server.database();
    const where = { conversationId: id };
    return {
      conversation: await reader.conversation.findUnique({ where: { id } }),
      memberships: await reader.membership.findMany({ where, orderBy: { userId: 'asc' } }),
      invites: await reader.invite.findMany({ where, orderBy: { id: 'asc' } }),
      // What is told of it a second later changes it, too.
      untold: await reader.reactionUntold.findMany({ where }),
    };
  }

  private once<P extends Place>(make: () => Promise<P>): Promise<P> {
    const known = this.made.get(make) as Promise<P> | undefined;
    if (known) return known;
    const place = make();
    this.made.set(make, place);
    return place;
  }

  private makeChat = async (): Promise<Place> => {
    const { member, owner } = this.people;
    const { id } = await this.ask(owner, 'post', '/chats', { userId: member.id });
    return this.withMessage(`/chats/${id}`, id);
  };

  private makeBlockedChat = async (): Promise<Place> => {
    const { blocked, blocker } = this.people;
    await this.ask(blocker, 'delete', `/users/${blocked.id}/block`);
    const { id } = await this.ask(blocker, 'post', '/chats', { userId: blocked.id });
    const place = await this.withMessage(`/chats/${id}`, id, blocker);
    await this.ask(blocker, 'put', `/users/${blocked.id}/block`);
    return place;
  };

  private makeGroup = async (): Promise<OwnedPlace> => {
    const { owner, admin, otherAdmin, member, otherMember, former, banned } = this.people;
    const memberIds = [admin, otherAdmin, member, otherMember, former, banned].map(({ id }) => id);
    const { id } = await this.ask(owner, 'post', '/groups', { title: 'Tea', memberIds });
    const path = `/groups/${id}`;
    for (const one of [admin, otherAdmin])
      await this.ask(owner, 'patch', `${path}/members/${one.id}`, { role: 'admin' });
    await this.ask(former, 'delete', `${path}/members/${former.id}`);
    await this.ask(owner, 'put', `${path}/bans/${banned.id}`);
    const invite = await this.ask(owner, 'post', `${path}/invites`, {});
    return { ...(await this.withMessage(path, id)), invite };
  };

  private makePublicChannel = (): Promise<OwnedPlace> => this.makeChannel('public');
  private makePrivateChannel = (): Promise<OwnedPlace> => this.makeChannel('private');

  private async makeChannel(visibility: 'public' | 'private'): Promise<OwnedPlace> {
    const { owner, admin, otherAdmin, follower, otherMember, former, banned } = this.people;
    const handle = `news${(handles += 1)}`;
    const { id } = await this.ask(owner, 'post', '/channels', { title: 'News', handle, visibility });
    const path = `/channels/${id}`;
    const invite = await this.ask(owner, 'post', `${path}/invites`, {});
    for (const one of [admin, otherAdmin, follower, otherMember, former, banned])
      await this.ask(one, 'post', `/invites/${invite.token}/accept`);
    for (const one of [admin, otherAdmin]) await this.ask(owner, 'put', `${path}/admins/${one.id}`);
    await this.ask(former, 'delete', `${path}/follow`);
    await this.ask(owner, 'put', `${path}/bans/${banned.id}`);
    return { ...(await this.withMessage(path, id)), invite, handle };
  }

  private async withMessage(path: string, id: string, sender = this.people.owner): Promise<Place> {
    const message = await this.ask(sender, 'post', `${path}/messages`, { content: 'hello' });
    return { id, messageId: message.id };
  }

  private async ask(person: Person, method: Method, path: string, body?: object) {
    const answer = await this.server.request[method](`/api/v1${path}`).set(person.authorization).send(body);
    if (!answer.ok) throw new Error(`${method} ${path} was refused while the place was made: ${answer.text}`);
    return answer.body;
  }
}
