#!/usr/bin/env bash
# Measures the figures of bench/README.md and prints them as a Markdown table.
#   bench/run.sh [GLOB...]               the whole set, in about five minutes, or the part that a glob names ('*Journal*')
#   bench/run.sh --save NAME [GLOB...]   the same, into bench/results/NAME.md
#   bench/run.sh --against REV GLOB...   that commit and this tree in turn, twice each, side by side
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)

clean() {
  if [ -e "$work/before" ]; then
    git -C "$root" worktree remove --force "$work/before"
  fi
  rm -rf "$work"
}
trap clean EXIT

fail() {
  echo "$1" >&2
  exit 1
}

build() { # TREE
  dotnet build "$1/bench/Lava.Benchmarks" --configuration Release -p:RunAnalyzers=false --nologo --verbosity quiet >&2
}

measure() { # TREE TABLE [GLOB...]
  local program=$1/bench/Lava.Benchmarks/bin/Release/net10.0/Lava.Benchmarks.dll table=$2
  shift 2
  if ! (cd "$work" && dotnet "$program" --figures "$@" >log) || grep -q '| failed |' "$work/log"; then
    cat "$work/log" >&2
    fail "A benchmark failed."
  fi
  sed -n '/^[0-9]* vCPU, /,$p' "$work/log" >"$table"
}

compare() { # REV GLOB...
  local commit
  commit=$(git -C "$root" rev-parse --verify --quiet --short "$1^{commit}") || fail "$1 is no commit."
  shift
  git -C "$root" worktree add --quiet --detach "$work/before" "$commit" >&2
  build "$root"
  build "$work/before"
  for round in 1 2; do
    measure "$work/before" "$work/before.$round" "$@"
    measure "$root" "$work/now.$round" "$@"
  done

  cd "$work"
  printf 'Fastest iteration of each run, and the bytes of the last. %s\n\n' "$(head -n 1 now.2)"
  echo "| operation | $commit | now | $commit | now | bytes $commit | now |"
  echo '|---|--:|--:|--:|--:|--:|--:|'
  awk -F ' *[|] *' '
    NF < 8 || $2 == "operation" || /^[|]---/ { next }
    !($2 in known) { known[$2]; names[++count] = $2 }
    { fastest[run, $2] = $5; bytes[run, $2] = $6 }
    function shown(text) { return text == "" ? "–" : text }
    END {
      for (i = 1; i <= count; i++) {
        name = names[i]
        printf "| %s", name
        for (run = 1; run <= 4; run++) printf " | %s", shown(fastest[run, name])
        printf " | %s | %s |\n", shown(bytes[3, name]), shown(bytes[4, name])
      }
    }' run=1 before.1 run=2 now.1 run=3 before.2 run=4 now.2
}

case ${1-} in
  --against)
    [ $# -ge 3 ] || fail "bench/run.sh --against REV GLOB..."
    shift
    compare "$@"
    ;;
  --save)
    [[ ${2-} =~ ^[A-Za-z0-9._-]+$ ]] || fail "bench/run.sh --save NAME [GLOB...]: letters, digits, points, dashes"
    result=$root/bench/results/$2.md
    commit=$(git -C "$root" describe --always --dirty=' with changes')
    shift 2
    build "$root"
    measure "$root" "$work/table" "$@"
    mkdir -p "$root/bench/results"
    {
      printf '# %s\n\nCommit %s, %s.\n\n' "$(basename "$result" .md)" "$commit" "$(date -u '+%Y-%m-%d %H:%M UTC')"
      cat "$work/table"
    } >"$result"
    cat "$result"
    ;;
  --*)
    fail "Unknown option $1; see the top of bench/run.sh."
    ;;
  *)
    build "$root"
    measure "$root" "$work/table" "$@"
    cat "$work/table"
    ;;
esac
