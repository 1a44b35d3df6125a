-- What lets a viewer in at the orchestrator that has the terminal: made by the web process, taken once.

-- CreateTable
CREATE TABLE "TerminalTicket" (
    "hash" TEXT NOT NULL,
    "sessionId" UUID NOT NULL,
    "viewer" JSONB NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TerminalTicket_pkey" PRIMARY KEY ("hash")
);

-- AddForeignKey
ALTER TABLE "TerminalTicket" ADD CONSTRAINT "TerminalTicket_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
