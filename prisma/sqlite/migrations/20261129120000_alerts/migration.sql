-- CreateTable
CREATE TABLE "alert" (
    "userId" TEXT NOT NULL,
    "conversationId" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "firstSeq" INTEGER NOT NULL,
    "lastSeq" INTEGER NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "bundleId" TEXT,

    PRIMARY KEY ("userId", "conversationId", "via")
);

-- CreateTable
CREATE TABLE "alert_progress" (
    "conversationId" TEXT NOT NULL PRIMARY KEY,
    "alertedSeq" INTEGER NOT NULL
);

-- AlterTable
ALTER TABLE "user" ADD COLUMN "notifyTelegram" TEXT NOT NULL DEFAULT 'mentions';
ALTER TABLE "user" ADD COLUMN "notifyEmail" TEXT NOT NULL DEFAULT 'mentions';
ALTER TABLE "user" ADD COLUMN "notifyPreview" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "user" ADD COLUMN "quietFrom" TEXT;
ALTER TABLE "user" ADD COLUMN "quietTo" TEXT;
ALTER TABLE "user" ADD COLUMN "quietZone" TEXT;
ALTER TABLE "user" ADD COLUMN "hearsAll" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "user_hears_all" ON "user"("hearsAll");

-- CreateIndex
CREATE INDEX "alert_due" ON "alert"("dueAt");

-- CreateIndex
CREATE INDEX "alert_bundle" ON "alert"("bundleId");

-- What was said until now is not told.
INSERT INTO "alert_progress" ("conversationId", "alertedSeq") SELECT "id", "lastSeq" FROM "conversation";
