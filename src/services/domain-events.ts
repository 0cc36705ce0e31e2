import { EventEmitter } from 'node:events';
import type { Announcement } from '../contracts/announcements';
import type { ConversationChanges, MemberChange, RemovalReason, SessionEndReason } from '../contracts/events';
import type { Conversation, MemberRole, OwnView } from '../contracts/conversations';
import type { ConversationKind, Mention, Message } from '../contracts/messages';
import type { Settings } from '../contracts/users';

/** Who hears of a person's coming and going. */
export interface PresenceAudience {
  readonly userIds: readonly string[];
  /** those who hear these conversations in full … */
  readonly conversationIds: readonly string[];
  /** … but for these people */
  readonly exceptUserIds: readonly string[];
}

/** A message that has changed, and where its conversation is now. */
interface MessageChange {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly lastSeq: number;
  readonly version: number;
  readonly id: string;
  readonly seq: number;
}

/** What happened, published after the commit. The broadcaster and the notifier listen; services never know who does. */
export interface DomainEvents {
  /** So many outcomes of the message writer follow, all in this tick: their acknowledgements and events. */
  'batch.settling': { readonly count: number };
  /** `originSocketId`: the socket that sent it, which has the acknowledgement instead. */
  'message.sent': { readonly message: Message; readonly originSocketId: string | undefined };
  /** A message says something else now. */
  'message.edited': MessageChange & {
    readonly content: string;
    readonly editedAt: Date;
    readonly mentions: readonly Mention[];
  };
  /** A message was deleted for everyone. */
  'message.deleted': MessageChange & { readonly deletedAt: Date };
  /** A message was pinned, or is not any more. */
  'message.pinned': MessageChange & { readonly pinnedAt: Date | null };
  /** Somebody has reacted to a message of a chat or group, or takes a reaction back. */
  'reaction.changed': MessageChange & {
    readonly emoji: string;
    readonly userId: string;
    readonly added: boolean;
    /** how many have reacted with it now */
    readonly count: number;
  };
  /** Reactions in a channel have changed, which is told later. */
  'reactions.untold': { readonly conversationId: string };
  /** How many have reacted to a channel's post by now, with each emoji. */
  'reactions.counted': MessageChange & {
    readonly counts: readonly { readonly emoji: string; readonly count: number }[];
  };
  /** People are in a conversation from now on: their sockets hear of it before anything is read and told. */
  'conversation.joined': { readonly conversationId: string; readonly userIds: readonly string[] };
  /** Each member's own view of a conversation that is new to them. */
  'conversation.added': {
    readonly views: readonly { readonly userId: string; readonly conversation: Conversation }[];
  };
  /** People are out of a conversation from now on: their sockets hear nothing more of it. */
  'conversation.left': { readonly conversationId: string; readonly userIds: readonly string[] };
  /** What a conversation is called, shows or allows has changed. */
  'conversation.updated': {
    readonly conversationId: string;
    readonly kind: ConversationKind;
    readonly version: number;
    readonly lastSeq: number;
    readonly changes: ConversationChanges;
  };
  /** Deleted for everybody: nobody hears anything more of it. */
  'conversation.deleted': {
    readonly conversationId: string;
    readonly kind: ConversationKind;
    readonly version: number;
  };
  /** Somebody came, went, or has another role. */
  'member.changed': {
    readonly conversationId: string;
    readonly kind: ConversationKind;
    readonly version: number;
    readonly lastSeq: number;
    readonly userId: string;
    readonly role: MemberRole;
    readonly change: MemberChange;
    /** who hears of it; in a channel its owner and admins, otherwise everybody in it */
    readonly toldTo: 'everybody' | readonly string[];
  };
  /** Gone from one person's inbox, for good or until the next message. */
  'conversation.removed': {
    readonly userId: string;
    readonly conversationId: string;
    readonly kind: ConversationKind;
    readonly version: number;
    readonly reason: RemovalReason;
  };
  /** One's own part of a conversation changed: for one's own devices. */
  'my.updated': { readonly userId: string; readonly view: OwnView };
  /** The watermarks of somebody who lets others see them. */
  'receipt.moved': {
    readonly conversationId: string;
    readonly kind: ConversationKind;
    readonly userId: string;
    readonly deliveredSeq: number;
    readonly readSeq: number;
  };
  /** Profile, settings or blocks changed: for the person's own devices. */
  'user.updated': { readonly userId: string; readonly userVersion: number };
  /** What a person shows of themselves, as it is now. */
  'settings.changed': { readonly userId: string; readonly settings: Settings };
  /** A person came, or went `lastSeenAt`. */
  'presence.changed': {
    readonly userId: string;
    readonly online: boolean;
    readonly lastSeenAt: Date | undefined;
    readonly audience: PresenceAudience;
  };
  /** `originSocketId`: the device that types. */
  'typing.changed': {
    readonly conversationId: string;
    readonly kind: ConversationKind;
    readonly userId: string;
    readonly isTyping: boolean;
    readonly originSocketId: string;
  };
  /** Somebody tried to upload a file that the virus scanner knows; it was refused. For the admins. */
  'file.infected': {
    readonly ownerId: string;
    readonly name: string;
    readonly sha256: string;
    readonly signature: string;
  };
  /** For everybody who is connected. */
  'announcement.made': Announcement;
  'session.ended': { readonly sessionIds: readonly string[]; readonly reason: SessionEndReason };
}

type Listener<Name extends keyof DomainEvents> = (event: DomainEvents[Name]) => void;

/** Where events are heard. */
export interface EventSource {
  on<Name extends keyof DomainEvents>(name: Name, listener: Listener<Name>): void;
}

/** Told of every event of this process, after its listeners. */
export type Forward = <Name extends keyof DomainEvents>(name: Name, event: DomainEvents[Name]) => void;

export class DomainEventBus implements EventSource {
  private readonly own = new EventEmitter();
  private readonly all = new EventEmitter();
  private forward: Forward | undefined;

  /** @param failed told of a listener's error: a broadcast that fails must not fail the commit it tells of */
  constructor(private readonly failed: (error: unknown) => void) {}

  /** What happened in this process: for what is done once, wherever it happened. */
  on<Name extends keyof DomainEvents>(name: Name, listener: Listener<Name>): void {
    this.own.on(name, this.guarded(listener));
  }

  /** What happened in this process and in others: for what is told to this process's sockets. */
  readonly everywhere: EventSource = {
    on: (name, listener) => void this.all.on(name, this.guarded(listener)),
  };

  /** Lets other processes know of what happens here. */
  forwardTo(forward: Forward): void {
    this.forward = forward;
  }

  /** Listeners run at once, in the same tick. */
  publish<Name extends keyof DomainEvents>(name: Name, event: DomainEvents[Name]): void {
    this.all.emit(name, event);
    this.own.emit(name, event);
    this.forward?.(name, event);
  }

  /** Something happened in another process. */
  hear<Name extends keyof DomainEvents>(name: Name, event: DomainEvents[Name]): void {
    this.all.emit(name, event);
  }

  private guarded<Name extends keyof DomainEvents>(listener: Listener<Name>): Listener<Name> {
    return (event) => {
      try {
        listener(event);
      } catch (error) {
        this.failed(error);
      }
    };
  }
}
