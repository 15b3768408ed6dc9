-- CreateTable
CREATE TABLE "Volume" (
    "id" UUID NOT NULL,
    "appId" UUID,
    "hostId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sizeBytes" BIGINT,
    "measuredAt" TIMESTAMP(3),

    CONSTRAINT "Volume_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Volume_hostId_idx" ON "Volume"("hostId");

-- CreateIndex
CREATE UNIQUE INDEX "Volume_appId_name_key" ON "Volume"("appId", "name");

-- AddForeignKey
ALTER TABLE "Volume" ADD CONSTRAINT "Volume_appId_fkey" FOREIGN KEY ("appId") REFERENCES "App"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Volume" ADD CONSTRAINT "Volume_hostId_fkey" FOREIGN KEY ("hostId") REFERENCES "Host"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
