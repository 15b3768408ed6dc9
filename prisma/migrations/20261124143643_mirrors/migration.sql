-- AlterTable
ALTER TABLE "Build" ADD COLUMN     "registries" JSONB;

-- CreateTable
CREATE TABLE "Mirror" (
    "kind" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "position" INTEGER,
    "ok" BOOLEAN,
    "latencyMs" INTEGER,
    "error" TEXT,
    "checkedAt" TIMESTAMP(3),
    "checks" INTEGER NOT NULL DEFAULT 0,
    "checksOk" INTEGER NOT NULL DEFAULT 0,
    "served" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "lastServedAt" TIMESTAMP(3),
    "lastFailedAt" TIMESTAMP(3),

    CONSTRAINT "Mirror_pkey" PRIMARY KEY ("kind","url")
);
