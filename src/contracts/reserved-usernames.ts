/** Names that would speak for the server, or that an address or a mention may mean something else by. Letters and digits only. */
const RESERVED: ReadonlySet<string> = new Set(
  `abuse account accounts admin administrator administrators admins all announcement announcements anonymous api app
  auth avatar avatars bot bots channel channels chat chats conversation conversations deleted everyone everybody files
  group groups guest health help here hostmaster info invite invites login logout mailer mailerdaemon me messages metrics
  mod moderator moderators mods nobody noreply null official online operator owner owners postmaster root search security
  server service settings signin signout signup somebody someone staff status superuser support sync sysadmin system team
  telegram undefined unknown user username users webhook webhooks webmaster you`.split(/\s+/),
);

/** Whether nobody may choose the name, in any case and however it is punctuated. */
export function isReservedUsername(username: string): boolean {
  return RESERVED.has(username.toLowerCase().replace(/[._-]/g, ''));
}
