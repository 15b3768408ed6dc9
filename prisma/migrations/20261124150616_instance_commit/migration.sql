-- AlterTable
ALTER TABLE "Source" ADD COLUMN     "instanceId" UUID;
