#!/usr/bin/env bash
# Builds and searches the archive that `just bench-corpus` makes, beside the peers, in one run.
# Prints for each build its wall-clock and processor seconds, peak memory and index size, then the latencies and what
# cutting text into words takes.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-bench-data}
[ -d "$data/pages" ] || { echo "no archive in $data: run \`just bench-corpus\` first" >&2; exit 2; }

# Ours and the peers' code is to be compiled alike, or nothing is compared.
python3 - Cargo.toml benches/Cargo.toml <<'PY'
import json, sys, tomllib
ours, theirs = (tomllib.load(open(path, "rb")).get("profile", {}).get("release", {}) for path in sys.argv[1:])
if ours != theirs:
    sys.exit(f"the release profiles differ: {ours} in {sys.argv[1]}, {theirs} in {sys.argv[2]}")
print("built: ours and the peers in the same release profile,", json.dumps(ours) if ours else "cargo's own (opt-level 3, no LTO across crates)")
PY
cargo build --release --locked --bin fangzhi
cargo build --release --locked --manifest-path benches/Cargo.toml --bins
fangzhi="${CARGO_TARGET_DIR:-target}/release/fangzhi"
peer="${CARGO_TARGET_DIR:-benches/target}/release/bench-peer"
search="${CARGO_TARGET_DIR:-benches/target}/release/bench-search"
segmentation="${CARGO_TARGET_DIR:-benches/target}/release/bench-segmentation"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. scripts/timed.sh

echo "data: $data, $(find "$data/pages" -type f | wc -l) pages; machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
timed "pages, scraper + tantivy-jieba, 2 threads" "$work/html" "$peer" html "$data/pages" "$work/html" 2
timed "pages, fangzhi, all layers" "$work/pages" "$fangzhi" index build "$data/pages" --index "$work/pages"
timed "JSON lines, cang-jie, one layer, 2 threads" "$work/cang-jie" "$peer" jsonl "$data/articles.jsonl" "$work/cang-jie" cang-jie 2
timed "JSON lines, tantivy-jieba, one layer, 2 threads" "$work/jieba" "$peer" jsonl "$data/articles.jsonl" "$work/jieba" tantivy-jieba 2
timed "JSON lines, fangzhi, all layers" "$work/lines" "$fangzhi" index build "$data/articles.jsonl" --index "$work/lines"
echo "titles and bodies: $(python3 -c '
import json, sys
n = sum(len(a["title"].encode()) + len(a["body"].encode()) for a in map(json.loads, open(sys.argv[1], encoding="utf8")))
print(f"{n / 1e6:.1f} MB")' "$data/articles.jsonl")"
"$peer" search "$work/cang-jie" cang-jie "$data/queries.tsv"
"$peer" search "$work/jieba" tantivy-jieba "$data/queries.tsv"
"$search" "$work/lines" "$data/queries.tsv"

python3 - "$fangzhi" search 文明城市 --index "$work/lines" <<'PY'
import statistics, subprocess, sys, time

def run():
    start = time.monotonic()
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return 1000 * (time.monotonic() - start)

times = sorted([run() for _ in range(101)][1:])
print(f"whole process, search 文明城市: median {statistics.median(times):.1f} ms, least {times[0]:.1f} ms, "
      f"p90 {times[89]:.1f} ms, n = {len(times)}")
PY
"$segmentation"
