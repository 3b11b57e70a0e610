#!/usr/bin/env bash
# Passes the tests: tests/run.sh [--long] [arguments of `dotnet test`]. Ends with one line: N passed, N failed.
# Installs what they need where it may: PostgreSQL's server programs and Chromium (Debian's packages), and the npm packages of
# the tests in Node.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

if [[ ${1:-} == --long ]]; then
  export LAVA_TEST_LONG=1
  shift
fi

need() { # command, Debian package
  command -v "$1" >/dev/null || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1 || missing+=("$2")
}
missing=()
need postgres postgresql
need node nodejs
need npm npm
if [[ ! -x ${LAVA_TEST_CHROMIUM:-/usr/bin/chromium} ]]; then
  missing+=(chromium fonts-dejavu-core)
fi
if ((${#missing[@]})); then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "run.sh: missing: ${missing[*]} (Debian: apt-get install ${missing[*]})" >&2
    exit 1
  fi
fi

for node_tests in tests/Lava.FunctionalTests/*/node; do
  npm ci --prefix "$node_tests" --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null \
    || { echo "run.sh: npm ci failed" >&2; exit 1; }
done

dotnet build Lava.Fast.sln --configuration Release --nologo --verbosity quiet || { echo "0 passed, 1 failed"; exit 1; }

# lava as the functional tests start it, made in the time that the first tests leave. Without it (no registry, another system) lava
# compiles as it runs, and they take longer.
nice dotnet msbuild tests/Lava.Ahead -restore -p:Configuration=Release -nologo -nodeReuse:false -verbosity:quiet &
ahead=$!

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for project in Lava.Tests Lava.FunctionalTests; do
  if [[ $project == Lava.FunctionalTests ]] && ! wait "$ahead"; then
    echo "run.sh: lava could not be compiled ahead: its starts take longer" >&2
  fi
  dotnet test "tests/$project" --configuration Release --no-build --nologo --blame-hang-timeout 10m "$@" 2>&1 | tee -a "$log"
  [[ ${PIPESTATUS[0]} == 0 ]] || status=1
done

# Each project ends with a line such as "Passed!  - Failed:     0, Passed:   431, Skipped:     0, …".
awk -v status="$status" '
  match($0, /Failed: +[0-9]+, Passed: +[0-9]+/) {
    split(substr($0, RSTART, RLENGTH), part, /[^0-9]+/); failed += part[2]; passed += part[3]
  }
  END {
    if (status != 0 && failed == 0) failed = 1
    printf "%d passed, %d failed\n", passed, failed
    exit (failed > 0 || passed == 0)
  }' "$log"
