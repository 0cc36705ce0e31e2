-- AlterTable
ALTER TABLE "membership" ADD COLUMN "bannedAt" DATETIME;
ALTER TABLE "membership" ADD COLUMN "postedAt" DATETIME;

-- CreateTable
CREATE TABLE "invite" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "conversationId" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "maxUses" INTEGER,
    "uses" INTEGER NOT NULL,
    "revokedAt" DATETIME,
    CONSTRAINT "invite_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "invite_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "post_view" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "views" INTEGER NOT NULL,

    PRIMARY KEY ("conversationId", "seq"),
    CONSTRAINT "post_view_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE
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
    "lastSeq" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "lastActivityAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "deletedAt" DATETIME,
    CONSTRAINT "conversation_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_conversation" ("createdAt", "id", "kind", "lastActivityAt", "lastSeq", "pairKey", "version") SELECT "createdAt", "id", "kind", "lastActivityAt", "lastSeq", "pairKey", "version" FROM "conversation";
DROP TABLE "conversation";
ALTER TABLE "new_conversation" RENAME TO "conversation";
CREATE UNIQUE INDEX "conversation_pair_key" ON "conversation"("pairKey");
CREATE UNIQUE INDEX "conversation_handle_key" ON "conversation"("handleKey");
CREATE INDEX "conversation_owner" ON "conversation"("ownerId");
CREATE INDEX "conversation_search" ON "conversation"("visibility", "titleKey");
CREATE INDEX "conversation_avatar" ON "conversation"("avatarKey");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "invite_token_key" ON "invite"("tokenHash");

-- CreateIndex
CREATE INDEX "invite_conversation" ON "invite"("conversationId", "createdAt");

-- CreateIndex
CREATE INDEX "invite_creator" ON "invite"("createdById");

-- CreateIndex
CREATE INDEX "membership_version" ON "membership"("conversationId", "version");

-- CreateIndex
CREATE INDEX "membership_ban" ON "membership"("conversationId", "bannedAt");

-- CreateIndex
CREATE INDEX "membership_role" ON "membership"("conversationId", "role");
