#!/usr/bin/env bash
# Measures the figures of bench/README.md and prints them as a Markdown table, in about three minutes: bench/run.sh [GLOB...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dotnet build "$root/bench/Lava.Benchmarks" --configuration Release --nologo --verbosity quiet >&2

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet "$root/bench/Lava.Benchmarks/bin/Release/net10.0/Lava.Benchmarks.dll" --figures "$@" >"$log" || { cat "$log" >&2; exit 1; }
sed -n '/^[0-9]* vCPU, /,$p' "$log"
if grep -q '| failed |' "$log"; then
  cat "$log" >&2
  exit 1
fi
