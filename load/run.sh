#!/usr/bin/env bash
# Puts a load on the gateway: load/run.sh SCENARIO [options of lava-load]; load/README.md has the table of scenarios.
# Builds, starts a simulated provider and the gateway on free ports with a data directory of their own, runs, proves the books with
# `lava verify`, and stops both.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
(($# > 0)) || { sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

for project in src/Lava.Server load/Lava.Load; do
  built=$(dotnet build "$root/$project" --configuration Release --nologo 2>&1) || { echo "$built" >&2; exit 1; }
done
lava="$root/src/Lava.Server/bin/Release/net10.0/lava.dll"

work=$(mktemp -d)

# A private PostgreSQL runs as another user where this one is root, and must be able to pass through.
chmod 711 "$work"
started=()
stop() {
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill "${started[i]}" 2>/dev/null || true
    wait "${started[i]}" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap stop EXIT

url_of() { # log file, process: the address that it says it listens on
  for ((i = 0; i < 600; i++)); do
    if url=$(grep -Eo 'http://127\.0\.0\.1:[0-9]+' -m 1 "$1" 2>/dev/null); then
      echo "$url"
      return
    fi
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  cat "$1" >&2
  return 1
}

dotnet "$lava" simulate --urls http://127.0.0.1:0 >"$work/simulator.log" 2>&1 &
started+=($!)
simulator=$(url_of "$work/simulator.log" $!)

LAVA_SECRET_KEY="aks_test_$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
export LAVA_SECRET_KEY

# A load is more than the calls a minute that a key has.
export LAVA_MANAGEMENT_LIMIT=0
dotnet "$lava" serve --urls http://127.0.0.1:0 --data "$work/data" --upstream "*=$simulator" >"$work/lava.log" 2>&1 &
serving=$!
started+=("$serving")
gateway=$(url_of "$work/lava.log" "$serving")

scenario=$1
shift
dotnet "$root/load/Lava.Load/bin/Release/net10.0/lava-load.dll" "$scenario" --url "$gateway" --process "$serving" "$@" || status=$?

# The auditor has the last word, while the gateway still runs.
dotnet "$lava" verify --data "$work/data" || status=1
exit "${status:-0}"
