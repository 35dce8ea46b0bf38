#!/usr/bin/env bash
# Builds a synthetic archive of JSON lines and prints how much memory the program had: for each fortieth of the build the
# most, without the files that are mapped, which the system takes back when it needs the room. What follows the number of
# articles is said to `fangzhi index build` too.
set -euo pipefail
cd "$(dirname "$0")/.."
n=${1:-1000000}
shift || true

cargo build --release --locked --bin fangzhi
cargo build --release --locked --manifest-path benches/Cargo.toml --bin bench-corpus
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CARGO_TARGET_DIR:-benches/target}/release/bench-corpus" "$n" "$work/data" --lines
python3 - "${CARGO_TARGET_DIR:-target}/release/fangzhi" index build "$work/data/articles.jsonl" --index "$work/index" "$@" <<'PY'
import subprocess, sys, time

PARTS = 40

build = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
began, samples = time.monotonic(), []
while build.poll() is None:
    try:
        with open(f"/proc/{build.pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        mib = {name: int(fields[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile")}
        samples.append((time.monotonic() - began, mib["RssAnon"], mib["RssFile"]))
    except (OSError, KeyError):
        break
    time.sleep(0.05)
if build.wait() != 0:
    sys.exit("the build failed")
seconds = samples[-1][0]
of_part = [0] * PARTS
for time_, anonymous, _ in samples:
    part = min(int(time_ / seconds * PARTS), PARTS - 1)
    of_part[part] = max(of_part[part], anonymous)
print(f"{seconds:.1f} s; at most {max(of_part)} MiB, and {max(a + f for _, a, f in samples)} MiB with mapped files")
print("MiB at most in each fortieth:", *of_part)
PY
