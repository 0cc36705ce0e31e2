-- AlterTable
ALTER TABLE "message" ADD COLUMN "pinnedAt" DATETIME;
ALTER TABLE "message" ADD COLUMN "replyToSeq" INTEGER;

-- CreateTable
CREATE TABLE "message_revision" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "writtenAt" DATETIME NOT NULL,

    PRIMARY KEY ("conversationId", "seq", "version"),
    CONSTRAINT "message_revision_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "hidden_message" (
    "userId" TEXT NOT NULL,
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "myVersion" INTEGER NOT NULL,

    PRIMARY KEY ("userId", "conversationId", "seq"),
    CONSTRAINT "hidden_message_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "hidden_message_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "hidden_message_version" ON "hidden_message"("userId", "conversationId", "myVersion");

-- CreateIndex
CREATE INDEX "hidden_message_message" ON "hidden_message"("conversationId", "seq");

-- CreateIndex
CREATE INDEX "message_pinned" ON "message"("conversationId", "pinnedAt");
