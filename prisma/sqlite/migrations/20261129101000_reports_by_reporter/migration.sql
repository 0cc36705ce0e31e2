-- CreateIndex
CREATE INDEX "report_reporter" ON "report"("reporterId", "id");
