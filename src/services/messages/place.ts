/** A message's place. */
export interface Place {
  readonly conversationId: string;
  readonly seq: number;
}
