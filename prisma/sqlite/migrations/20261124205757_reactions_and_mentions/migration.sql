-- CreateTable
CREATE TABLE "reaction" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "emoji" TEXT NOT NULL,
    "userId" TEXT NOT NULL,

    PRIMARY KEY ("conversationId", "seq", "emoji", "userId"),
    CONSTRAINT "reaction_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "reaction_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "reaction_count" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "emoji" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,

    PRIMARY KEY ("conversationId", "seq", "emoji"),
    CONSTRAINT "reaction_count_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "reaction_untold" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    PRIMARY KEY ("conversationId", "seq"),
    CONSTRAINT "reaction_untold_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "mention" (
    "userId" TEXT NOT NULL,
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    PRIMARY KEY ("userId", "conversationId", "seq"),
    CONSTRAINT "mention_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "mention_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE
);

-- AlterTable
ALTER TABLE "message" ADD COLUMN "mentionsAll" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "message" ADD COLUMN "forwardedFrom" TEXT;

-- CreateIndex
CREATE INDEX "reaction_user" ON "reaction"("userId");

-- CreateIndex
CREATE INDEX "mention_message" ON "mention"("conversationId", "seq");
