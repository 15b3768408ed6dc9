-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "manifest" JSONB;
