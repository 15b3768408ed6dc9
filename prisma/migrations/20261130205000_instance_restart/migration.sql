-- AlterTable
ALTER TABLE "Instance" ADD COLUMN     "restartAskedAt" TIMESTAMP(3);
