-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN     "releaseCommandAt" TIMESTAMP(3);
