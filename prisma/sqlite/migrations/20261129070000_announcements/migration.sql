-- CreateTable
CREATE TABLE "announcement" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "authorId" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "bySocket" BOOLEAN NOT NULL,
    "byEmail" BOOLEAN NOT NULL,
    "mailAfter" TEXT NOT NULL,
    "mailed" INTEGER NOT NULL,
    "mailedAt" DATETIME,
    "createdAt" DATETIME NOT NULL
);
