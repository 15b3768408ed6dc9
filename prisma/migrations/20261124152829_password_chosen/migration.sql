-- AlterTable
ALTER TABLE "User" ADD COLUMN     "passwordChosenAt" TIMESTAMP(3);
