import type { AddOnKind } from '#libs/core/add-on.js';

/** Bytes of memory that the container may use. */
const memoryLimit = `limit=$(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -n 1)
case $limit in '' | max) limit=536870912 ;; esac`;

/** Path of an add-on's volume in its container. */
export const addOnData = '/data';

/** How each kind of add-on starts: for sh, in its container, on its volume. */
export const addOnScripts: Readonly<Record<AddOnKind, string>> = {
  postgres: `#!/bin/sh
# Starts Postgres on the volume, and makes the database there first when it is empty.
set -eu
umask 077
data=${addOnData}/database
if [ ! -s "$data/PG_VERSION" ]; then
  # What a start that was killed had begun.
  rm -rf "$data.new"
  printf '%s' "$PGPASSWORD" >/tmp/password
  initdb --pgdata="$data.new" --username=berth --pwfile=/tmp/password --auth-local=trust \\
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-instructions
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data.new/pg_hba.conf"
  echo 'CREATE DATABASE berth' | postgres --single -D "$data.new" postgres >/dev/null
  mv "$data.new" "$data"
fi
${memoryLimit}
postgres -D "$data" -p "$PORT" -c listen_addresses='*' -c unix_socket_directories=/tmp \\
  -c shared_buffers="$((limit / 4096))kB" -c jit=off &
server=$!
# SIGTERM would wait until the last client has gone; SIGINT ends their sessions, and what is written is safe.
trap 'kill -INT "$server"' TERM INT
code=0
while
  wait "$server" && code=0 || code=$?
  kill -0 "$server" 2>/dev/null
do :; done
exit "$code"
`,
  redis: `#!/bin/sh
# Starts Redis on the volume. Its settings come by standard input: the password is not to stand on a command line.
set -eu
${memoryLimit}
exec redis-server - <<SETTINGS
bind 0.0.0.0
port $PORT
requirepass $REDISCLI_AUTH
dir ${addOnData}
save ""
appendonly yes
maxmemory $((limit / 5 * 3))
maxmemory-policy noeviction
SETTINGS
`,
};
