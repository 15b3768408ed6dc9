-- AlterTable
ALTER TABLE "App" ADD COLUMN     "cronReleaseId" UUID;

-- CreateTable
CREATE TABLE "CronEntry" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "schedule" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "task" JSONB NOT NULL,
    "overlap" BOOLEAN NOT NULL,
    "missed" TEXT NOT NULL,
    "timeoutSeconds" INTEGER NOT NULL,
    "retries" INTEGER NOT NULL,
    "nextAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CronEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Job" (
    "id" UUID NOT NULL,
    "appId" UUID NOT NULL,
    "cron" TEXT,
    "slot" TIMESTAMP(3),
    "task" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "retries" INTEGER NOT NULL,
    "timeoutSeconds" INTEGER NOT NULL,
    "notBefore" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cancelledAt" TIMESTAMP(3),
    "hostId" UUID,
    "epoch" INTEGER,
    "instanceId" UUID,
    "exitCode" INTEGER,
    "httpStatus" INTEGER,
    "reason" TEXT,
    "createdById" UUID,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Job_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CronEntry_nextAt_idx" ON "CronEntry"("nextAt");

-- CreateIndex
CREATE UNIQUE INDEX "CronEntry_appId_name_key" ON "CronEntry"("appId", "name");

-- CreateIndex
CREATE INDEX "Job_status_notBefore_idx" ON "Job"("status", "notBefore");

-- CreateIndex
CREATE INDEX "Job_appId_id_idx" ON "Job"("appId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Job_appId_cron_slot_key" ON "Job"("appId", "cron", "slot");

-- AddForeignKey
ALTER TABLE "CronEntry" ADD CONSTRAINT "CronEntry_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE CASCADE ON UPDATE CASCADE;
