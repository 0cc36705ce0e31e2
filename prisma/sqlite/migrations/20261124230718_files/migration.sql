-- CreateTable
CREATE TABLE "blob" (
    "sha256" TEXT NOT NULL PRIMARY KEY,
    "storageKey" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "file" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ownerId" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "thumbnailSha256" TEXT,
    "kind" TEXT NOT NULL,
    "mimeType" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "durationSeconds" REAL,
    "blur" TEXT,
    "createdAt" DATETIME NOT NULL,
    "unattachedSince" DATETIME,
    CONSTRAINT "file_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "user" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "file_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "blob" ("sha256") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "file_thumbnailSha256_fkey" FOREIGN KEY ("thumbnailSha256") REFERENCES "blob" ("sha256") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "attachment" (
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "fileId" TEXT NOT NULL,

    PRIMARY KEY ("conversationId", "seq", "position"),
    CONSTRAINT "attachment_conversationId_seq_fkey" FOREIGN KEY ("conversationId", "seq") REFERENCES "message" ("conversationId", "seq") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "attachment_fileId_fkey" FOREIGN KEY ("fileId") REFERENCES "file" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "stray_object" (
    "storageKey" TEXT NOT NULL PRIMARY KEY,
    "since" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "blob_storage_key" ON "blob"("storageKey");

-- CreateIndex
CREATE INDEX "file_owner" ON "file"("ownerId", "size");

-- CreateIndex
CREATE INDEX "file_unattached" ON "file"("unattachedSince");

-- CreateIndex
CREATE INDEX "file_blob" ON "file"("sha256");

-- CreateIndex
CREATE INDEX "file_thumbnail" ON "file"("thumbnailSha256");

-- CreateIndex
CREATE INDEX "attachment_file" ON "attachment"("fileId");

-- CreateIndex
CREATE INDEX "stray_object_since" ON "stray_object"("since");
