/** Where messages to Telegram chats leave the server. */
export interface TelegramOutlet {
  /**
   * Sends plain text, cut to what Telegram takes; waits its turn.
   * @returns what became of it; `blocked`: the bot can reach this chat no more, and the link is gone
   * @throws RetryLater when Telegram says how long to wait, PermanentFailure when trying again cannot help, and whatever else went wrong
   */
  send(chatId: string, text: string): Promise<'sent' | 'blocked'>;
}
