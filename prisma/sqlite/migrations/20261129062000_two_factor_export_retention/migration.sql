-- CreateTable
CREATE TABLE "second_factor" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "sealedSecret" TEXT NOT NULL,
    "lastStep" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "second_factor_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "recovery_code" (
    "userId" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,

    PRIMARY KEY ("userId", "codeHash"),
    CONSTRAINT "recovery_code_userId_fkey" FOREIGN KEY ("userId") REFERENCES "second_factor" ("userId") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "data_export" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "makingFor" TEXT,
    "status" TEXT NOT NULL,
    "progress" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "size" BIGINT,
    "leasedUntil" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "finishedAt" DATETIME,
    "expiresAt" DATETIME NOT NULL,
    CONSTRAINT "data_export_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_conversation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "pairKey" TEXT,
    "title" TEXT,
    "titleKey" TEXT,
    "description" TEXT,
    "avatarKey" TEXT,
    "ownerId" TEXT,
    "handle" TEXT,
    "handleKey" TEXT,
    "visibility" TEXT,
    "memberCount" INTEGER NOT NULL DEFAULT 2,
    "slowModeSeconds" INTEGER NOT NULL DEFAULT 0,
    "signed" BOOLEAN NOT NULL DEFAULT false,
    "retentionDays" INTEGER,
    "prunedUptoSeq" INTEGER NOT NULL DEFAULT 0,
    "prunedVersion" INTEGER NOT NULL DEFAULT 0,
    "lastSeq" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "lastActivityAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "deletedAt" DATETIME,
    CONSTRAINT "conversation_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_conversation" ("avatarKey", "createdAt", "deletedAt", "description", "handle", "handleKey", "id", "kind", "lastActivityAt", "lastSeq", "memberCount", "ownerId", "pairKey", "signed", "slowModeSeconds", "title", "titleKey", "version", "visibility") SELECT "avatarKey", "createdAt", "deletedAt", "description", "handle", "handleKey", "id", "kind", "lastActivityAt", "lastSeq", "memberCount", "ownerId", "pairKey", "signed", "slowModeSeconds", "title", "titleKey", "version", "visibility" FROM "conversation";
DROP TABLE "conversation";
ALTER TABLE "new_conversation" RENAME TO "conversation";
CREATE UNIQUE INDEX "conversation_pair_key" ON "conversation"("pairKey");
CREATE UNIQUE INDEX "conversation_handle_key" ON "conversation"("handleKey");
CREATE INDEX "conversation_owner" ON "conversation"("ownerId");
CREATE INDEX "conversation_search" ON "conversation"("visibility", "titleKey");
CREATE INDEX "conversation_title" ON "conversation"("titleKey", "id");
CREATE INDEX "conversation_avatar" ON "conversation"("avatarKey");
CREATE INDEX "conversation_deleted" ON "conversation"("deletedAt");
CREATE INDEX "conversation_retention" ON "conversation"("retentionDays");
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
    "updatedAt" DATETIME NOT NULL,
    "deletedAt" DATETIME,
    "erasure" TEXT,
    "twoFactor" BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO "new_user" ("avatarKey", "bio", "createdAt", "deletedAt", "displayName", "displayNameKey", "email", "emailKey", "erasure", "id", "lastSeen", "passwordHash", "readReceipts", "role", "typing", "updatedAt", "userVersion", "username", "usernameKey") SELECT "avatarKey", "bio", "createdAt", "deletedAt", "displayName", "displayNameKey", "email", "emailKey", "erasure", "id", "lastSeen", "passwordHash", "readReceipts", "role", "typing", "updatedAt", "userVersion", "username", "usernameKey" FROM "user";
DROP TABLE "user";
ALTER TABLE "new_user" RENAME TO "user";
CREATE UNIQUE INDEX "user_username_key" ON "user"("usernameKey");
CREATE UNIQUE INDEX "user_email_key" ON "user"("emailKey");
CREATE INDEX "user_role" ON "user"("role", "usernameKey");
CREATE INDEX "user_display_name" ON "user"("displayNameKey");
CREATE INDEX "user_avatar" ON "user"("avatarKey");
CREATE INDEX "user_erasure" ON "user"("erasure");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "data_export_making_key" ON "data_export"("makingFor");

-- CreateIndex
CREATE INDEX "data_export_user" ON "data_export"("userId");

-- CreateIndex
CREATE INDEX "data_export_expiry" ON "data_export"("expiresAt");
