-- AlterTable
ALTER TABLE "user" ADD COLUMN "deletedAt" DATETIME;
ALTER TABLE "user" ADD COLUMN "erasure" TEXT;

-- CreateIndex
CREATE INDEX "user_erasure" ON "user"("erasure");
