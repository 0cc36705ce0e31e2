/** What lies in the archive, for whoever opens it. */
export const README = `This archive holds what the server keeps about you.

profile.json          your account
settings.json         what you show of yourself, and are told
sessions.json         devices that are or were signed in
telegram.json         the Telegram chat you have linked, if any
avatar.webp           your picture, if you have one
blocks.json           people you block
conversations.json    chats, groups and channels you are or were in: your role,
                      how far you have read, and with whom you chat
messages.json         what you wrote, with earlier texts of what you edited
reactions.json        reactions you gave
hidden-messages.json  messages you deleted for yourself alone
invites.json          links you made that let people in
reports.json          what you reported to the admins
files.json            files you uploaded; "path" says where each is
files/                the files themselves

Times are in UTC. "seq" is a message's position in its conversation.
What others wrote is theirs, and not in here. Passwords, codes and tokens
are kept only as hashes or encrypted, and are not in here either.
`;
