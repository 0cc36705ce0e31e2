-- CreateTable
CREATE TABLE "user" (
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
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "pending_sign_up" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL,
    "emailKey" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "codeAttempts" INTEGER NOT NULL,
    "codeExpiresAt" DATETIME NOT NULL,
    "codeSentAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "refreshHash" TEXT NOT NULL,
    "device" TEXT,
    "userAgent" TEXT,
    "ip" TEXT,
    "createdAt" DATETIME NOT NULL,
    "lastUsedAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "revokedAt" DATETIME,
    "revokeReason" TEXT,
    CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "one_time_code" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "sentAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "usedAt" DATETIME,
    CONSTRAINT "one_time_code_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "conversation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "pairKey" TEXT,
    "lastSeq" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "lastActivityAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "membership" (
    "conversationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "joinedVersion" INTEGER NOT NULL,
    "myVersion" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "leftAt" DATETIME,

    PRIMARY KEY ("conversationId", "userId"),
    CONSTRAINT "membership_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "message" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "senderId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "content" TEXT,
    "clientMessageId" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "editedAt" DATETIME,
    "deletedAt" DATETIME,

    PRIMARY KEY ("conversationId", "seq"),
    CONSTRAINT "message_conversationId_fkey" FOREIGN KEY ("conversationId") REFERENCES "conversation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "message_senderId_fkey" FOREIGN KEY ("senderId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "outbox_job" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAt" DATETIME NOT NULL,
    "leasedUntil" DATETIME,
    "leasedBy" TEXT,
    "deadAt" DATETIME,
    "lastError" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "user_username_key" ON "user"("usernameKey");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("emailKey");

-- CreateIndex
CREATE INDEX "user_display_name" ON "user"("displayNameKey");

-- CreateIndex
CREATE INDEX "pending_sign_up_email" ON "pending_sign_up"("emailKey", "createdAt");

-- CreateIndex
CREATE INDEX "pending_sign_up_expiry" ON "pending_sign_up"("expiresAt");

-- CreateIndex
CREATE INDEX "session_user" ON "session"("userId", "revokedAt");

-- CreateIndex
CREATE INDEX "session_expiry" ON "session"("expiresAt");

-- CreateIndex
CREATE INDEX "one_time_code_user" ON "one_time_code"("userId", "purpose", "sentAt");

-- CreateIndex
CREATE INDEX "one_time_code_expiry" ON "one_time_code"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_pair_key" ON "conversation"("pairKey");

-- CreateIndex
CREATE INDEX "membership_user" ON "membership"("userId", "leftAt", "conversationId");

-- CreateIndex
CREATE UNIQUE INDEX "message_id_key" ON "message"("id");

-- CreateIndex
CREATE INDEX "message_version" ON "message"("conversationId", "version");

-- CreateIndex
CREATE UNIQUE INDEX "message_client_key" ON "message"("senderId", "conversationId", "clientMessageId");

-- CreateIndex
CREATE INDEX "outbox_job_next" ON "outbox_job"("deadAt", "nextAt");

-- CreateIndex
CREATE INDEX "outbox_job_lease" ON "outbox_job"("leasedBy");
