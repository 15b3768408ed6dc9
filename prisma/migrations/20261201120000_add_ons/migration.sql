-- AlterTable
ALTER TABLE "App" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'app';

-- AlterTable
ALTER TABLE "ConfigVar" ADD COLUMN     "addOnId" UUID;

-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "addOns" JSONB NOT NULL DEFAULT '{}';

-- CreateIndex
CREATE INDEX "ConfigVar_addOnId_idx" ON "ConfigVar"("addOnId");

-- AddForeignKey
ALTER TABLE "ConfigVar" ADD CONSTRAINT "ConfigVar_addOnId_fkey" FOREIGN KEY ("addOnId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;
