#!/usr/bin/env bash
# Puts the same load, in one run and interleaved, on nginx, haproxy, a bare Kestrel pass-through (the floor) and lava, and prints the
# ratios: load/compare.sh [--no-build] [options]. Takes about ten minutes, with --quick two. load/README.md names the options.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$PATH:/usr/sbin:/sbin

missing=()
for program in nginx haproxy; do
  command -v "$program" >/dev/null || missing+=("$program")
done
((${#missing[@]} == 0)) || { echo "Not installed. Debian: apt-get install ${missing[*]}" >&2; exit 2; }

if [[ ${1:-} == --no-build ]]; then
  projects=
  shift
else
  projects="src/Lava.Server load/Lava.Load.Floor load/Lava.Load"
fi
for project in $projects; do
  built=$(dotnet build "$root/$project" --configuration Release --nologo 2>&1) || { echo "$built" >&2; exit 1; }
done

work=$(mktemp -d)

# PostgreSQL runs as another user where this one is root, and must be able to pass through.
chmod 711 "$work"

comparing=
stop() {
  trap '' INT TERM
  if [[ -n $comparing ]]; then
    kill -TERM "$comparing" 2>/dev/null || true
    wait "$comparing" 2>/dev/null || true
  fi

  # Where the comparison was killed: what it had started, and is still of this run.
  while read -r id; do
    if [[ "$(readlink "/proc/$id/cwd" 2>/dev/null)" == "$work"* ]]; then
      kill -TERM "$id" 2>/dev/null || true
    fi
  done < <(cat "$work/pids" 2>/dev/null)
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
git -C "$root" diff --quiet HEAD 2>/dev/null || commit+=" with changes"
bin=bin/Release/net10.0
dotnet "$root/load/Lava.Load/$bin/lava-load.dll" compare --work "$work" --lava "$root/src/Lava.Server/$bin/lava.dll" \
  --floor "$root/load/Lava.Load.Floor/$bin/lava-load-floor.dll" --commit "$commit" "$@" &
comparing=$!
status=0
wait "$comparing" || status=$?
comparing=
exit "$status"
