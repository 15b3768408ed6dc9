-- Containers of the warm pool have an address only once they are an instance.
UPDATE "AddressLease" l SET "releasedAt" = now() AT TIME ZONE 'UTC'
WHERE "releasedAt" IS NULL AND NOT EXISTS (SELECT 1 FROM "Instance" i WHERE i.id = l."instanceId");
