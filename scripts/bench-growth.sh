#!/usr/bin/env bash
# Builds and searches synthetic archives of 1,000, 10,000 and 100,000 articles, as JSON lines: how cost grows.
# Prints for each build its wall-clock and processor seconds, peak memory and index size, then the latencies.
set -euo pipefail
cd "$(dirname "$0")/.."
sizes=${*:-1000 10000 100000}

cargo build --release --locked --bin fangzhi
cargo build --release --locked --manifest-path benches/Cargo.toml --bins
fangzhi="${CARGO_TARGET_DIR:-target}/release/fangzhi"
benches="${CARGO_TARGET_DIR:-benches/target}/release"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. scripts/timed.sh

echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
for n in $sizes; do
  "$benches/bench-corpus" "$n" "$work/data" --lines
  timed "JSON lines, $n articles" "$work/index" "$fangzhi" index build "$work/data/articles.jsonl" --index "$work/index"
  "$benches/bench-search" "$work/index" "$work/data/queries.tsv"
  rm -rf "$work/data" "$work/index"
done
