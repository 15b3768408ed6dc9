-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN     "waiting" JSONB;

-- AlterTable
ALTER TABLE "Build" ADD COLUMN     "limits" JSONB,
ADD COLUMN     "steps" JSONB,
ADD COLUMN     "usage" JSONB;
