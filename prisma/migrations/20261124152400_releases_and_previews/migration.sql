-- AlterTable
ALTER TABLE "App" ADD COLUMN     "branch" TEXT,
ADD COLUMN     "expiresAt" TIMESTAMP(3),
ADD COLUMN     "previewOfId" UUID,
ADD COLUMN     "previews" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "rollout" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "Split" (
    "appId" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "releaseId" UUID NOT NULL,
    "deploymentId" UUID,
    "percent" INTEGER NOT NULL,
    "sticky" BOOLEAN NOT NULL DEFAULT false,
    "since" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "passed" BOOLEAN NOT NULL DEFAULT false,
    "createdById" UUID,

    CONSTRAINT "Split_pkey" PRIMARY KEY ("appId")
);

-- CreateTable
CREATE TABLE "VisitedRelease" (
    "appId" UUID NOT NULL,
    "releaseId" UUID NOT NULL,
    "usedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "VisitedRelease_pkey" PRIMARY KEY ("appId","releaseId")
);

-- CreateTable
CREATE TABLE "PreviewVar" (
    "appId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "PreviewVar_pkey" PRIMARY KEY ("appId","key")
);

-- CreateIndex
CREATE INDEX "App_previewOfId_idx" ON "App"("previewOfId");

-- AddForeignKey
ALTER TABLE "App" ADD CONSTRAINT "App_previewOfId_fkey" FOREIGN KEY ("previewOfId") REFERENCES "App"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Split" ADD CONSTRAINT "Split_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Split" ADD CONSTRAINT "Split_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VisitedRelease" ADD CONSTRAINT "VisitedRelease_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VisitedRelease" ADD CONSTRAINT "VisitedRelease_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PreviewVar" ADD CONSTRAINT "PreviewVar_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;
