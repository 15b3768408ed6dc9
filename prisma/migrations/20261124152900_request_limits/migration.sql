-- AlterTable
ALTER TABLE "App" ADD COLUMN     "bodyBytes" INTEGER,
ADD COLUMN     "requestSeconds" INTEGER;

-- AlterTable
ALTER TABLE "Metric" ADD COLUMN     "throttled" DOUBLE PRECISION NOT NULL DEFAULT 0;
