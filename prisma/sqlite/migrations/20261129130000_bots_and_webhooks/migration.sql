-- AlterTable
ALTER TABLE "session" ADD COLUMN "tokenHash" TEXT;

-- CreateTable
CREATE TABLE "webhook" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "events" TEXT NOT NULL,
    "sealedSecret" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "disabledReason" TEXT,
    "failingSince" DATETIME,
    "createdById" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "webhookId" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "tries" INTEGER NOT NULL,
    "nextAt" DATETIME NOT NULL,
    "leasedUntil" DATETIME,
    "leasedBy" TEXT,
    "attemptedAt" DATETIME,
    "statusCode" INTEGER,
    "durationMs" INTEGER,
    "error" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- AlterTable
ALTER TABLE "user" ADD COLUMN "isBot" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "user_bot" ON "user"("isBot", "usernameKey");

-- CreateIndex
CREATE INDEX "webhook_enabled" ON "webhook"("enabled", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_next" ON "webhook_delivery"("webhookId", "status", "nextAt");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook" ON "webhook_delivery"("webhookId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("tokenHash");
