import { openMysql } from '../../src/database/mysql';
import type { Database } from '../../src/database/database';
import { createLogger } from '../../src/helpers/logger';
import { newId } from '../../src/helpers/ids';
import type { Identity } from '../../src/services/accounts';
import { ConversationAccess } from '../../src/services/conversations/access';
import { ChangesService } from '../../src/services/conversations/changes.service';
import { ConversationsService } from '../../src/services/conversations/conversations.service';
import { FollowingService } from '../../src/services/conversations/following.service';
import { MyService } from '../../src/services/conversations/my.service';
import { DomainEventBus } from '../../src/services/domain-events';
import { Limits } from '../../src/services/limits/limits';
import { MessageWriter } from '../../src/services/messages/message-writer';
import { MessagesService } from '../../src/services/messages/messages.service';
import { PostViews } from '../../src/services/messages/post-views';
import { makeChannel } from '../support/channels';
import { makePerson } from '../support/people';
import { insertRows } from '../support/rows';
import { describeWhen } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';

const MANY = 100_000;
const AT_ONCE = 2_000;
const ROUNDS = 30;
/** A busy machine disturbs one series or another, not all of them. */
const SERIES = 6;

/** People who follow a channel, as their sign-ups and follows would store them. */
async function storeFollowers(database: Database, conversationId: string, count: number): Promise<void> {
  const createdAt = new Date();
  for (let from = 0; from < count; from += AT_ONCE) {
    const people = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      const name = `crowd${from + index}`;
      const names = { username: name, usernameKey: name, displayName: name, displayNameKey: name };
      const email = `${name}@example.org`;
      const rest = { passwordHash: '', bio: '', role: 'user', userVersion: 0 };
      return { id: newId(), ...names, email, emailKey: email, ...rest, createdAt, updatedAt: createdAt };
    });
    const place = { role: 'follower', version: 0, joinedVersion: 1, myVersion: 0, createdAt };
    await insertRows(database, 'user', people);
    await insertRows(
      database,
      'membership',
      people.map(({ id }) => ({ conversationId, userId: id, ...place })),
    );
  }
  await database.writer.conversation.update({
    where: { id: conversationId },
    data: { memberCount: { increment: count } },
  });
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

const millisecondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

describeWhen('mysql')('a channel with a hundred thousand followers', () => {
  jest.setTimeout(120_000);

  let server: TestServer;
  let database: Database;
  let statements: string[] = [];
  let owner: Identity;
  let reader: Identity;
  let small: string;
  let big: string;
  let services: ReturnType<typeof servicesOn>;

  beforeAll(async () => {
    server = await startTestServer({ RATE_LIMITS: 'off' });
    database = openMysql(server.home.settings.DATABASE_URL ?? '', 4, (sql) => statements.push(sql));
    services = servicesOn(database);
    const made = await makeChannel(server);
    const identityOf = (accessToken: string): Promise<Identity> =>
      server.container.accounts.sessions.authenticate(accessToken);
    owner = await identityOf(made.owner.tokens.accessToken);
    reader = await identityOf((await makePerson(server)).tokens.accessToken);
    small = made.id;
    const { channels } = server.container;
    big = (await channels.create(owner, { title: 'Big', visibility: 'public', signed: false })).id;
    await storeFollowers(await server.database(), big, MANY);
    for (const id of [small, big]) await everything(id);
  });
  afterAll(async () => {
    await services.postViews.close();
    await services.writer.close();
    await database.close();
    await server.stop();
  });

  const post = (id: string) => services.messages.send(owner, 'channel', id, { content: 'x', type: 'text' });
  const follow = (id: string) => services.following.follow(reader, id);
  const read = (id: string, seq: number) => services.my.read(reader, 'channel', id, seq);
  const changes = (id: string, since: number) =>
    services.changes.since(reader, 'channel', id, { since, mySince: 0, limit: 100 });
  const history = (id: string) => services.messages.history(reader, 'channel', id, { limit: 10 });
  const unfollow = (id: string) => services.following.unfollow(reader, id);

  const appoint = async (id: string) => {
    const { admins } = server.container;
    await admins.add(owner, id, reader.userId);
    await admins.remove(owner, id, reader.userId);
  };
  const missed = async (id: string) => {
    const { version } = await server.container.conversations.get(owner, 'channel', id);
    await server.container.changes.since(owner, 'channel', id, {
      since: version - 10,
      mySince: 0,
      limit: 100,
    });
  };
  const banned = (id: string) => server.container.bans.list(owner, 'channel', id, { limit: 10 });
  const typing = (id: string) =>
    server.container.typing.set(owner, id, true, { socketId: 'x', isJoined: () => true });

  /** @returns how many statements each part took, without those that open a connection */
  async function everything(id: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    const count = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      statements = [];
      const result = await work();
      counts[name] = statements.filter((sql) => !/SET SESSION|^PING/.test(sql)).length;
      return result;
    };
    await count('follow', () => follow(id));
    const { seq, version } = await count('post', () => post(id));
    await count('read', () => read(id, seq));
    await count('changes', () => changes(id, version - 1));
    await count('history', () => history(id));
    await count('unfollow', () => unfollow(id));
    return counts;
  }

  test('takes as many statements as a small one for everything that happens in it', async () => {
    const few = await everything(small);
    expect(await everything(big)).toEqual(few);
    expect(few).toMatchObject({ post: 7, history: 3 });
  });

  test.each([
    ['a post', post],
    ['coming and going', async (id: string) => [await follow(id), await unfollow(id)]],
    ['reading', history],
    ['another admin', appoint],
    ['what its owner missed', missed],
    ['its bans', banned],
    ['typing in vain', typing],
  ])('takes at most a fifth longer for %s', async (_, work) => {
    const ratios: number[] = [];
    for (let series = 0; series < SERIES && !ratios.some((ratio) => ratio <= 1.2); series += 1) {
      const times: { few: number; many: number }[] = [];
      for (let round = 0; round < ROUNDS; round += 1)
        times.push({
          few: await millisecondsOf(() => work(small)),
          many: await millisecondsOf(() => work(big)),
        });
      ratios.push(median(times.map(({ many }) => many)) / median(times.map(({ few }) => few)));
    }
    expect(Math.min(...ratios)).toBeLessThanOrEqual(1.2);
  });
});

function servicesOn(database: Database) {
  const bus = new DomainEventBus((error) => {
    throw error;
  });
  const access = new ConversationAccess(database);
  const writer = new MessageWriter(database, bus);
  const conversations = new ConversationsService(database, access, bus, new Limits(false));
  const postViews = new PostViews(database, createLogger('silent', false));
  return {
    writer,
    postViews,
    messages: new MessagesService(database, access, writer, 100),
    changes: new ChangesService(database, access),
    my: new MyService(database, access, bus, postViews),
    following: new FollowingService({ database, conversations, writer, bus }),
  };
}
