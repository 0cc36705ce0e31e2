import type { Scene } from '../messages/act';
import { tellWebhooksInAct } from './telling';

/** Of groups and channels. Only public channels have a title for everybody. */
export function tellOfConversation(
  { sql, conversation: { id, kind, visibility } }: Scene,
  event: 'conversation.created' | 'conversation.deleted',
  title: string | null | undefined,
): Promise<void> {
  const told = { conversationId: id, kind, visibility };
  return tellWebhooksInAct(sql, event, { ...told, ...(visibility === 'public' && { title }) });
}
