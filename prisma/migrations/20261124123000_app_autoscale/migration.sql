-- AlterTable
ALTER TABLE "App" ADD COLUMN     "autoscale" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "webInstances" INTEGER NOT NULL DEFAULT 1;
