-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "quota" JSONB NOT NULL DEFAULT '{}';
