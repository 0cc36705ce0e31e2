-- AlterTable
ALTER TABLE "one_time_code" ADD COLUMN "subject" TEXT;

-- CreateTable
CREATE TABLE "user_activity" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "lastSeenAt" DATETIME NOT NULL,
    CONSTRAINT "user_activity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "block" (
    "blockerId" TEXT NOT NULL,
    "blockedId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("blockerId", "blockedId"),
    CONSTRAINT "block_blockerId_fkey" FOREIGN KEY ("blockerId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "block_blockedId_fkey" FOREIGN KEY ("blockedId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_membership" (
    "conversationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "joinedVersion" INTEGER NOT NULL,
    "myVersion" INTEGER NOT NULL,
    "lastReadSeq" INTEGER NOT NULL DEFAULT 0,
    "lastDeliveredSeq" INTEGER NOT NULL DEFAULT 0,
    "notify" TEXT NOT NULL DEFAULT 'all',
    "mutedUntil" DATETIME,
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "clearedUptoSeq" INTEGER NOT NULL DEFAULT 0,
    "removedUptoSeq" INTEGER,
    "createdAt" DATETIME NOT NULL,
    "leftAt" DATETIME,

    PRIMARY KEY ("conversationId", "userId"),
    CONSTRAINT "membership_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_membership" ("conversationId", "createdAt", "joinedVersion", "leftAt", "myVersion", "role", "userId", "version") SELECT "conversationId", "createdAt", "joinedVersion", "leftAt", "myVersion", "role", "userId", "version" FROM "membership";
DROP TABLE "membership";
ALTER TABLE "new_membership" RENAME TO "membership";
CREATE INDEX "membership_user" ON "membership"("userId", "leftAt", "conversationId");
CREATE TABLE "new_user" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL,
    "usernameKey" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailKey" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "displayNameKey" TEXT NOT NULL,
    "bio" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "userVersion" INTEGER NOT NULL,
    "avatarKey" TEXT,
    "readReceipts" BOOLEAN NOT NULL DEFAULT true,
    "typing" BOOLEAN NOT NULL DEFAULT true,
    "lastSeen" TEXT NOT NULL DEFAULT 'everyone',
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);
INSERT INTO "new_user" ("bio", "createdAt", "displayName", "displayNameKey", "email", "emailKey", "id", "passwordHash", "role", "updatedAt", "userVersion", "username", "usernameKey") SELECT "bio", "createdAt", "displayName", "displayNameKey", "email", "emailKey", "id", "passwordHash", "role", "updatedAt", "userVersion", "username", "usernameKey" FROM "user";
DROP TABLE "user";
ALTER TABLE "new_user" RENAME TO "user";
CREATE UNIQUE INDEX "user_username_key" ON "user"("usernameKey");
CREATE UNIQUE INDEX "user_email_key" ON "user"("emailKey");
CREATE INDEX "user_display_name" ON "user"("displayNameKey");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "block_blocked" ON "block"("blockedId");
