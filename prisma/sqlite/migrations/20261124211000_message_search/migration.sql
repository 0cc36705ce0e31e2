-- CreateTable
CREATE TABLE "message_search" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "conversationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "tokens" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "search_progress" (
    "conversationId" TEXT NOT NULL PRIMARY KEY,
    "indexedVersion" INTEGER NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "message_search_key" ON "message_search"("conversationId", "seq");

-- By hand: the full-text index of message_search, which Prisma cannot express. A migration that makes that table anew makes the triggers
-- anew. Source: https://sqlite.org/fts5.html#external_content_tables
CREATE VIRTUAL TABLE "message_search_index" USING fts5(
    tokens, content = 'message_search', content_rowid = 'id', detail = 'none', tokenize = 'ascii'
);
CREATE TRIGGER "message_search_insert" AFTER INSERT ON "message_search" BEGIN
    INSERT INTO "message_search_index" (rowid, tokens) VALUES (new.id, new.tokens);
END;
CREATE TRIGGER "message_search_delete" AFTER DELETE ON "message_search" BEGIN
    INSERT INTO "message_search_index" ("message_search_index", rowid, tokens) VALUES ('delete', old.id, old.tokens);
END;
CREATE TRIGGER "message_search_update" AFTER UPDATE OF tokens ON "message_search" BEGIN
    INSERT INTO "message_search_index" ("message_search_index", rowid, tokens) VALUES ('delete', old.id, old.tokens);
    INSERT INTO "message_search_index" (rowid, tokens) VALUES (new.id, new.tokens);
END;
