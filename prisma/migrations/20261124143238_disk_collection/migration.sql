-- AlterTable
ALTER TABLE "App" ADD COLUMN     "diskMb" INTEGER,
ADD COLUMN     "keepReleases" INTEGER;

-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "collectedAt" TIMESTAMP(3);

-- CreateTable
CREATE TABLE "ImageRemoval" (
    "image" TEXT NOT NULL,
    "appId" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "markedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "ImageRemoval_pkey" PRIMARY KEY ("image")
);

-- CreateTable
CREATE TABLE "Collection" (
    "id" UUID NOT NULL,
    "trigger" TEXT NOT NULL,
    "dryRun" BOOLEAN NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'wanted',
    "worker" TEXT,
    "leaseUntil" TIMESTAMP(3),
    "report" JSONB,
    "error" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Collection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PulledImage" (
    "hostId" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "usedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PulledImage_pkey" PRIMARY KEY ("hostId","reference")
);

-- CreateIndex
CREATE INDEX "ImageRemoval_removedAt_idx" ON "ImageRemoval"("removedAt");

-- CreateIndex
CREATE INDEX "Collection_status_idx" ON "Collection"("status");

-- CreateIndex
CREATE INDEX "Collection_createdAt_idx" ON "Collection"("createdAt");
