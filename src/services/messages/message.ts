import type { ConversationKind, Message, MessageType } from '../../contracts/messages';
import type { NamedInText } from './mentions';

/** A stored message. */
export interface StoredMessage {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  /** a channel's post shows who wrote it: as the channel's setting was when it was posted */
  readonly signed: boolean;
  readonly seq: number;
  readonly id: string;
  readonly version: number;
  readonly senderId: string;
  readonly type: MessageType;
  /** `null` on a tombstone; of type `system`: a SystemNote as JSON */
  readonly content: string | null;
  /** the sender's key; the id stands in for a missing one */
  readonly clientMessageId: string;
  readonly requestHash: string;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly pinnedAt: Date | null;
  /** the message of the same conversation that it answers */
  readonly replyToSeq: number | null;
  /** it names everybody who is there */
  readonly mentionsAll: boolean;
  /** a ForwardedFrom as JSON */
  readonly forwardedFrom: string | null;
}

/** One message on its way into the database. Made once, before the first attempt, so that a repetition is the same. */
export interface SendCommand {
  readonly id: string;
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly senderId: string;
  readonly sessionId: string;
  /** `null`: what its files are */
  readonly type: MessageType | null;
  readonly content: string;
  /** what it has attached, in order: the sender's own files, unless it is forwarded */
  readonly fileIds: readonly string[];
  readonly clientMessageId: string;
  readonly requestHash: string;
  /** the id of the message that it answers */
  readonly replyTo: string | null;
  /** whom its text names */
  readonly names: NamedInText;
  /** a ForwardedFrom as JSON */
  readonly forwardedFrom: string | null;
  /** the socket that sent it and has the acknowledgement */
  readonly originSocketId: string | undefined;
}

export interface Sent {
  readonly message: StoredMessage;
  /** as everybody sees it; `null` when it is a duplicate: what stands at it now is to be looked up */
  readonly presented: Message | null;
  /** the key was stored before; nothing was written */
  readonly duplicate: boolean;
}
