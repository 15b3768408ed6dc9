-- AlterTable
ALTER TABLE "Metric" ADD COLUMN     "buckets" INTEGER[],
ADD COLUMN     "p99Ms" DOUBLE PRECISION;
