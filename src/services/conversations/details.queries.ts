import type { Visibility } from '../../contracts/conversations';
import type { ConversationChanges } from '../../contracts/events';
import { asBoolean, asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';
import { foldCase } from '../../helpers/text';
import { nextVersion, type NamedEvent, type Scene } from '../messages/act';

/** What a group or channel is called, shows and allows. */
export interface Details {
  readonly title: string;
  readonly description: string | null;
  readonly avatarKey: string | null;
  readonly slowModeSeconds: number;
  readonly retentionDays: number | null;
  /** of channels, as what follows */
  readonly handle: string | null;
  readonly visibility: Visibility | null;
  readonly signed: boolean;
}

/** Folding can make one character eighteen (U+FDFA). Search compares beginnings, so a cut one still matches. */
const TITLE_KEY_LENGTH = 255;

export const titleKeyOf = (title: string): string => [...foldCase(title)].slice(0, TITLE_KEY_LENGTH).join('');
export const handleKeyOf = (handle: string | null): string | null => handle && foldCase(handle);

/** Of a locked conversation. Uses the primary key. */
export async function detailsOf({ sql, conversation }: Scene): Promise<Details> {
  const [row = {}] = await sql.query(
    'SELECT title, description, avatarKey, slowModeSeconds, retentionDays, handle, visibility, signed FROM conversation WHERE id = ?',
    [conversation.id],
  );
  return {
    title: asText(row.title),
    description: asTextOrNull(row.description),
    avatarKey: asTextOrNull(row.avatarKey),
    slowModeSeconds: asNumber(row.slowModeSeconds),
    retentionDays: asNumberOrNull(row.retentionDays),
    handle: asTextOrNull(row.handle),
    visibility: asTextOrNull(row.visibility) as Visibility | null,
    signed: asBoolean(row.signed),
  };
}

/** @throws a unique violation when another channel has the handle */
export async function changeConversation(
  { sql, conversation }: Scene,
  { title, handle, signed, ...rest }: Partial<Details> & { readonly ownerId?: string },
): Promise<void> {
  const columns = {
    ...(title !== undefined && { title, titleKey: titleKeyOf(title) }),
    ...(handle !== undefined && { handle, handleKey: handleKeyOf(handle) }),
    ...(signed !== undefined && { signed: Number(signed) }),
    ...rest,
  };
  await sql.execute(
    `UPDATE conversation SET ${Object.keys(columns)
      .map((column) => `${column} = ?`)
      .join(', ')} WHERE id = ?`,
    [...Object.values(columns), conversation.id],
  );
  const { slowModeSeconds, visibility } = rest;
  if (slowModeSeconds !== undefined) conversation.slowModeSeconds = slowModeSeconds;
  if (visibility !== undefined) conversation.visibility = visibility;
  if (signed !== undefined) conversation.signed = signed;
}

/** The event that tells of a change of the conversation's own row, which takes a version of its own. */
export function conversationUpdated(scene: Scene, changes: ConversationChanges): NamedEvent {
  const { id: conversationId, kind, lastSeq } = scene.conversation;
  return ['conversation.updated', { conversationId, kind, version: nextVersion(scene), lastSeq, changes }];
}
