-- CreateIndex
CREATE INDEX "conversation_deleted" ON "conversation"("deletedAt");
