-- CreateTable
CREATE TABLE "message_day" (
    "day" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "messages" INTEGER NOT NULL,

    PRIMARY KEY ("day", "kind")
);

-- CreateIndex
CREATE INDEX "user_activity_seen" ON "user_activity"("lastSeenAt");
