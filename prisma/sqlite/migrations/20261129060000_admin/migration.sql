-- CreateTable
CREATE TABLE "suspension" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "reason" TEXT NOT NULL,
    "until" DATETIME,
    "byId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "suspension_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "actorId" TEXT,
    "action" TEXT NOT NULL,
    "targetType" TEXT NOT NULL,
    "targetId" TEXT,
    "ip" TEXT,
    "before" TEXT,
    "after" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "suspension_until" ON "suspension"("until");

-- CreateIndex
CREATE INDEX "audit_entry_actor" ON "audit_entry"("actorId", "id");

-- CreateIndex
CREATE INDEX "audit_entry_action" ON "audit_entry"("action", "id");

-- CreateIndex
CREATE INDEX "audit_entry_target" ON "audit_entry"("targetId", "id");

-- CreateIndex
CREATE INDEX "audit_entry_target_type" ON "audit_entry"("targetType", "id");

-- CreateIndex
CREATE INDEX "conversation_title" ON "conversation"("titleKey", "id");

-- CreateIndex
CREATE INDEX "user_role" ON "user"("role", "usernameKey");
