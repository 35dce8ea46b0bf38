# One plain line per daily task, so that each also works without `just` (cargo install just).
# The yardsticks read ../shared/data where it is present; FANGZHI_SHARED names another place.

shared := env("FANGZHI_SHARED", "../shared/data")

# Lists the tasks.
default:
    @just --list

# Format, lints and documentation, as CI checks them.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# All tests.
test:
    cargo test --workspace --locked

# Rewrites the expected results of the golden tests; read the diff before you commit it.
bless:
    UPDATE_EXPECT=1 cargo test --workspace --locked

# Opens the API documentation.
doc:
    cargo doc --workspace --no-deps --open

# Builds the index of corpus/ and searches it.
demo:
    cargo run --release --locked --bin index -- build corpus/
    cargo run --release --locked --bin search -- 文明城市

# Scores `fangzhi parse` on the extraction yardstick.
eval-extraction:
    mkdir -p target
    cargo run --release --locked --bin fangzhi -- parse {{shared}}/extraction/pages --format jsonl --id stem > target/extraction.jsonl
    python3 {{shared}}/extraction/score.py {{shared}}/extraction/gold.jsonl target/extraction.jsonl --pages
    python3 {{shared}}/extraction/score.py {{shared}}/extraction/gold.jsonl target/extraction.jsonl --json | python3 scripts/extraction-table.py

# Scores `fangzhi search --batch` on the retrieval yardstick: nDCG@10, MRR@10, recall and the share of queries without a hit.
eval-retrieval:
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build --release --locked --bin fangzhi
    fangzhi="${CARGO_TARGET_DIR:-target}/release/fangzhi"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    for set in {{shared}}/retrieval/*/; do
      "$fangzhi" index build "$set/docs.jsonl" --index "$work/index" > "$work/summary"
      for queries in "$set"/queries*.tsv; do
        "$fangzhi" search --batch "$queries" --index "$work/index" -n 100 > "$work/run.jsonl"
        printf '%-16s %-14s ' "$(basename "$set")" "$(basename "$queries" .tsv)"
        python3 {{shared}}/retrieval/score.py "$set/qrels.tsv" "$work/run.jsonl" --queries "$queries"
      done
    done

# Searches for 20,000 pieces of a collection's texts, quoted and not; prints how many were missed, which must be none.
eval-recall set="news-dev":
    cargo run --release --locked -p fangzhi-index --example eval_recall -- {{shared}}/retrieval/{{set}}

# Pair precision and recall of reprints in a generated archive, times at 100,000 articles, and what real news is taken for.
eval-reprints n="20000" seed="1":
    cargo run --release --locked -p fangzhi-reprints --example eval_reprints -- {{n}} {{seed}}
    if [ -e {{shared}}/retrieval/news-dev/docs.jsonl ]; then cargo run --release --locked -p fangzhi-reprints --example eval_reprints -- {{shared}}/retrieval/news-dev/docs.jsonl; fi

# What stories cost where all articles are nearly alike: `n` of each kind, or of one kind.
bench-crowds n="100000" *kind:
    cargo run --release --locked -p fangzhi-reprints --example eval_reprints -- crowds {{n}} {{kind}}

# What fingerprints and stories cost beside a build of the synthetic archive's JSON lines, in processor time and bytes.
bench-reprints dir="bench-data":
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build --release --locked --bin fangzhi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    fangzhi="${CARGO_TARGET_DIR:-target}/release/fangzhi"
    TIMEFORMAT='index build: %U + %S s of processor time'
    time "$fangzhi" index build {{dir}}/articles.jsonl --index "$work/index" > "$work/summary"
    ls -l "$work"/index/gen-*/reprints-*.fz | awk '{ print "reprints-*.fz: " $5 " bytes" }'
    cargo run --release --locked -p fangzhi-reprints --example eval_reprints -- cost {{dir}}/articles.jsonl

# Compares the words of made-up text, megabytes of it, and of the yardsticks' with those of jieba-rs, in every mode.
oracle megabytes="40":
    ORACLE_MEGABYTES={{megabytes}} cargo test --release --locked -p fangzhi-segmentation --test oracle

# Scores the tagger of places on its gold set, and other tools on the same texts (installed from PyPI outside of the repository).
eval-regions:
    mkdir -p target
    cargo test --release --locked -p fangzhi-regions --test regions -- --nocapture
    cargo run --release --locked -p fangzhi-regions --example eval_regions -- dev held-out > target/regions.jsonl
    python3 scripts/eval-regions.py target/regions.jsonl

# Processor time of reading a page, beside scraper's bare parse and dom_smoothie.
bench-extraction pages=(shared / "extraction/pages"):
    cargo run --release --locked --manifest-path benches/Cargo.toml --bin bench-extraction -- {{pages}}

# Speed of cutting text into words, beside jieba-rs and tantivy-jieba.
bench-segmentation:
    cargo run --release --locked --manifest-path benches/Cargo.toml --bin bench-segmentation

# The cost of each stage from a page's bytes to the tokens of an index, on one thread (criterion).
bench-stages *arguments:
    cargo bench --locked --manifest-path benches/Cargo.toml --bench stages -- {{arguments}}

# Time of tagging an article, one thread.
bench-regions docs="":
    cargo run --release --locked -p fangzhi-regions --example bench_tag -- {{docs}}

# The share that finding places has in the processor time of building an index.
bench-regions-build dir="bench-data":
    scripts/bench-regions-build.sh {{dir}} {{shared}}

# Makes a synthetic archive of `n` articles: pages, the same as JSON lines, and a query log.
bench-corpus n="10000" dir="bench-data":
    cargo run --release --locked --manifest-path benches/Cargo.toml --bin bench-corpus -- {{n}} {{dir}}

# Builds and searches the synthetic archive, beside scraper + tantivy-jieba and cang-jie on the same data, and cuts text into words, beside jieba-rs.
bench dir="bench-data":
    scripts/bench.sh {{dir}}

# Size and latencies of an index of real news, beside one layer of the engine on the same words: some words, then whole headlines.
bench-news:
    for queries in kw head; do cargo run --release --locked -p fangzhi-index --example bench_search -- {{shared}}/retrieval/news-dev {{shared}}/retrieval/news-dev/queries-$queries.tsv; done

# How building and searching grow with the archive: JSON lines of 1,000, 10,000 and 100,000 articles.
bench-growth *sizes:
    scripts/bench-growth.sh {{sizes}}

# How much memory a build has that is given archives made to hurt.
bench-hostile:
    cargo test --release --locked -p fangzhi-cli --test memory -- --nocapture made_to_hurt

# How much memory a build of `n` articles has from its beginning to its end.
bench-memory n="1000000" *arguments:
    scripts/bench-memory.sh {{n}} {{arguments}}

# Builds an index of the first `pages` HTML pages of the archive, beside trafilatura + jieba + tantivy-py (pip installs them below target/).
bench-python dir="bench-data" pages="500":
    scripts/bench-python.sh {{dir}} {{pages}}

# Kills the program, fails its disk and cuts its power `kills` times at random, and looks at what is left of the index.
torture kills="500" seed="1":
    TORTURE_KILLS={{kills}} TORTURE_SEED={{seed}} cargo test --release --locked -p fangzhi-cli --test torture -- --nocapture

# Time of counting by day and month, and of finding words that stand out, on the synthetic archive.
bench-trends dir="bench-data":
    mkdir -p target
    cargo run --release --locked --bin fangzhi -- index build {{dir}}/articles.jsonl --index target/trends-index
    cargo run --release --locked -p fangzhi-index --example bench_trends -- target/trends-index {{dir}}/queries.tsv

# What an update costs beside a full build: nothing changed, and 100 pages changed, of the synthetic archive.
bench-update dir="bench-data":
    scripts/bench-update.sh {{dir}}
