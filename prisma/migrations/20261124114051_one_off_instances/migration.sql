-- AlterTable
ALTER TABLE "Instance" ADD COLUMN     "detached" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "expiresAt" TIMESTAMP(3),
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'app',
ADD COLUMN     "oneOff" JSONB;
