-- CreateTable
CREATE TABLE "telegram_link" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "chatId" TEXT NOT NULL,
    "mutedUntil" DATETIME,
    "linkedAt" DATETIME NOT NULL,
    CONSTRAINT "telegram_link_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "telegram_link_code" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "codeHash" TEXT NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    CONSTRAINT "telegram_link_code_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "telegram_bot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "leasedBy" TEXT,
    "leasedUntil" DATETIME,
    "nextUpdate" BIGINT,
    "nextUpdateAt" DATETIME,
    "errorsToldAt" DATETIME
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_announcement" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "authorId" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "bySocket" BOOLEAN NOT NULL,
    "byEmail" BOOLEAN NOT NULL,
    "mailAfter" TEXT NOT NULL,
    "mailed" INTEGER NOT NULL,
    "mailedAt" DATETIME,
    "byTelegram" BOOLEAN NOT NULL DEFAULT false,
    "telegramAfter" TEXT NOT NULL DEFAULT '',
    "telegrams" INTEGER NOT NULL DEFAULT 0,
    "telegramsAt" DATETIME,
    "createdAt" DATETIME NOT NULL
);
INSERT INTO "new_announcement" ("authorId", "byEmail", "bySocket", "content", "createdAt", "id", "mailAfter", "mailed", "mailedAt") SELECT "authorId", "byEmail", "bySocket", "content", "createdAt", "id", "mailAfter", "mailed", "mailedAt" FROM "announcement";
DROP TABLE "announcement";
ALTER TABLE "new_announcement" RENAME TO "announcement";
CREATE TABLE "new_outbox_job" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "lane" TEXT NOT NULL DEFAULT 'mail',
    "payload" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAt" DATETIME NOT NULL,
    "leasedUntil" DATETIME,
    "leasedBy" TEXT,
    "deadAt" DATETIME,
    "lastError" TEXT,
    "createdAt" DATETIME NOT NULL
);
INSERT INTO "new_outbox_job" ("attempts", "createdAt", "deadAt", "id", "kind", "lastError", "leasedBy", "leasedUntil", "nextAt", "payload") SELECT "attempts", "createdAt", "deadAt", "id", "kind", "lastError", "leasedBy", "leasedUntil", "nextAt", "payload" FROM "outbox_job";
DROP TABLE "outbox_job";
ALTER TABLE "new_outbox_job" RENAME TO "outbox_job";
CREATE INDEX "outbox_job_lane" ON "outbox_job"("lane", "deadAt", "nextAt");
CREATE INDEX "outbox_job_next" ON "outbox_job"("deadAt", "nextAt");
CREATE INDEX "outbox_job_lease" ON "outbox_job"("leasedBy");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE UNIQUE INDEX "telegram_link_chat_key" ON "telegram_link"("chatId");

-- CreateIndex
CREATE UNIQUE INDEX "telegram_link_code_key" ON "telegram_link_code"("codeHash");

-- CreateIndex
CREATE INDEX "telegram_link_code_expiry" ON "telegram_link_code"("expiresAt");
