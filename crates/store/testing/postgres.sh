#!/bin/sh
# A throw-away PostgreSQL server for tests, on the loopback address only.
#
#   eval "$(crates/store/testing/postgres.sh)"    starts it (or finds it running) and sets QUDAO_TEST_POSTGRES
#   crates/store/testing/postgres.sh stop         ends it and removes its files
#
# fsync stays on: the tests are to meet the commits a real server makes. The cluster lies in $QUDAO_TEST_POSTGRES_DIR, by default
# a folder under $TMPDIR. PostgreSQL refuses to run as root; then the user postgres or nobody runs it.
set -eu

folder=${QUDAO_TEST_POSTGRES_DIR:-${TMPDIR:-/tmp}/qudao-test-postgres-$(id -u)}

programs=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$programs" ]; then
    programs=$(dirname "$(command -v initdb || true)")
fi
if [ ! -x "$programs/initdb" ]; then
    echo "no PostgreSQL server programs found" >&2
    exit 1
fi

as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        runuser -u postgres -- "$@"
    else
        runuser -u nobody -- "$@"
    fi
}

say_address() {
    echo "export QUDAO_TEST_POSTGRES=postgres://postgres@127.0.0.1:$(cat "$folder/port")/postgres"
}

is_running() {
    [ -f "$folder/port" ] && as_owner "$programs/pg_ctl" status -D "$folder/data" >/dev/null 2>&1
}

stop() {
    if is_running; then
        as_owner "$programs/pg_ctl" stop -D "$folder/data" -m immediate -w >/dev/null
    fi
    rm -rf "$folder"
}

# Ports are tried until the server starts: a port that is free now may be taken a moment later.
start() {
    umask 077
    rm -rf "$folder"
    mkdir -p "$folder"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$(as_owner id -un)" "$folder"
    fi
    cd "$folder"
    as_owner "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 || {
        cat "$folder/initdb.log" >&2
        exit 1
    }
    port=$((20000 + $$ % 20000))
    for _ in 1 2 3 4 5 6 7 8; do
        settings="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c max_connections=200"
        if as_owner "$programs/pg_ctl" start -D "$folder/data" -l "$folder/data/server.log" -w -o "$settings" >/dev/null 2>&1; then
            echo "$port" >"$folder/port"
            return
        fi
        port=$((port + 7))
    done
    cat "$folder/data/server.log" >&2
    exit 1
}

case "${1:-start}" in
start)
    is_running || start
    say_address
    ;;
stop) stop ;;
*)
    echo "usage: $0 [start|stop]" >&2
    exit 2
    ;;
esac
