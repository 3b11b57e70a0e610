#!/usr/bin/env bash
# Builds and starts the gateway: src/run.sh [options of `lava serve`], or src/run.sh simulate [options].
# Without --postgres it needs PostgreSQL's server programs, and installs Debian's package where it may.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

command -v dotnet >/dev/null || { echo "run.sh: the .NET 10 SDK is missing; see https://dotnet.microsoft.com/download" >&2; exit 1; }

have_postgres() {
  command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1
}

command=serve
if [[ ${1:-} == serve || ${1:-} == simulate ]]; then
  command=$1
  shift
fi

if [[ $command == serve && "$*" != *--postgres* && -z ${LAVA_POSTGRES:-} ]] && ! have_postgres; then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "run.sh: installing PostgreSQL's server programs" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  else
    echo "run.sh: PostgreSQL's server programs are missing: install them (Debian: apt-get install postgresql)," >&2
    echo "        or give a server of your own: --postgres 'Host=...;Username=...;Password=...;Database=...'" >&2
    exit 1
  fi
fi

# One build at a time: gateway and simulator are often started together.
(
  flock 9
  built=$(dotnet build "$root/src/Lava.Server" --configuration Release --nologo 2>&1) || { echo "$built" >&2; exit 1; }
) 9>"${TMPDIR:-/tmp}/lava-build-$(id -u).lock"
exec dotnet "$root/src/Lava.Server/bin/Release/net10.0/lava.dll" "$command" "$@"
