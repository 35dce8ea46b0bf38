#!/usr/bin/env bash
# Builds the synthetic archive and, where it is there, the news of the retrieval yardstick, and prints which share of each
# build's processor time finding places takes, by `index build --timings`; the best of three builds of each.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-bench-data}
shared=${2:-${FANGZHI_SHARED:-../shared/data}}
cargo build --release --locked --bin fangzhi
fangzhi="${CARGO_TARGET_DIR:-target}/release/fangzhi"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for input in "$data/pages" "$data/articles.jsonl" "$shared/retrieval/news-dev/docs.jsonl"; do
  [ -e "$input" ] || { echo "$input: not here, skipped" >&2; continue; }
  for round in 1 2 3; do
    "$fangzhi" index build "$input" --index "$work/index" --fresh --timings --format json > "$work/$round.json"
  done
  python3 - "$input" "$work"/[123].json <<'PY'
import json, sys
input, *summaries = sys.argv[1:]
def read(path):
    summary = json.load(open(path, encoding="utf8"))
    tag = next(stage["cpu_seconds"] for stage in summary["timings"]["stages"] if stage["stage"] == "tag")
    return summary["timings"]["cpu_seconds"], tag, summary["articles"]
total, tag, articles = min(map(read, summaries))
print(f"{input}: {articles} articles, {total:.2f} s CPU, tagging {tag:.3f} s ({tag / total:.1%}), {tag / articles * 1e6:.0f} µs an article")
PY
done
