-- CreateTable
CREATE TABLE "LoginRequest" (
    "id" UUID NOT NULL,
    "secretHash" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "client" TEXT NOT NULL,
    "machine" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "wish" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "userId" UUID,
    "teamId" UUID,
    "scope" TEXT,
    "tokenExpiresAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LoginRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "LoginRequest_secretHash_key" ON "LoginRequest"("secretHash");

-- CreateIndex
CREATE UNIQUE INDEX "LoginRequest_code_key" ON "LoginRequest"("code");

-- CreateIndex
CREATE INDEX "LoginRequest_expiresAt_idx" ON "LoginRequest"("expiresAt");
