#!/usr/bin/env bash
# Builds an index of the first HTML pages of the archive that `just bench-corpus` makes with fangzhi and with
# trafilatura -> jieba -> tantivy-py (one layer, one process and one a core), one after the other; the packages go to a virtual environment under target/.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-bench-data}
pages=${2:-500}
[ -d "$data/pages" ] || { echo "no archive in $data: run \`just bench-corpus\` first" >&2; exit 2; }

cargo build --release --locked --bin fangzhi
fangzhi="${CARGO_TARGET_DIR:-target}/release/fangzhi"
environment="${CARGO_TARGET_DIR:-target}/python-peer"
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --no-deps --requirement benches/python/requirements.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/pages"
find "$data/pages" -name '*.html' | sort | awk -v n="$pages" 'NR <= n' | xargs -d '\n' cp -t "$work/pages"
n=$(find "$work/pages" -type f | wc -l)
echo "$n pages of $data, $(du -sm "$work/pages" | cut -f1) MB; machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
# What one wrote is on the disk before the next is timed, and each finds the pages in the system's file cache, which may have
# lost some of them after minutes.
measure() { sync; cat "$work"/pages/* > /dev/null; python3 benches/python/measure.py "$@"; }
for processes in 1 "$(nproc)"; do
  measure "trafilatura, jieba, tantivy-py, $processes processes" "$n" \
    "$environment/bin/python" benches/python/build_index.py "$work/pages" "$work/python-$processes" "$processes"
done
# A few seconds tell little beside minutes.
for run in 1 2 3; do
  measure "fangzhi, all layers, build $run" "$n" "$fangzhi" index build "$work/pages" --index "$work/fangzhi-$run"
done
