-- CreateTable
CREATE TABLE "report" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "reporterId" TEXT,
    "targetType" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "subjectId" TEXT,
    "reason" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "context" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "openKey" TEXT,
    "handledById" TEXT,
    "handledAt" DATETIME,
    "resolution" TEXT,
    "closedAt" DATETIME,
    "createdAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "report_open_key" ON "report"("openKey");

-- CreateIndex
CREATE INDEX "report_status" ON "report"("status", "id");

-- CreateIndex
CREATE INDEX "report_target_type" ON "report"("targetType", "id");

-- CreateIndex
CREATE INDEX "report_target" ON "report"("targetId", "id");

-- CreateIndex
CREATE INDEX "report_closed" ON "report"("closedAt");
