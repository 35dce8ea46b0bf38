#!/usr/bin/env bash
# Builds the index of the archive that `just bench-corpus` makes, then updates it: nothing changed, and one page in a hundred.
# Prints for each whole process its wall-clock and processor seconds, and the part of the full build's.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-bench-data}
[ -d "$data/pages" ] || { echo "no archive in $data: run \`just bench-corpus\` first" >&2; exit 2; }

cargo build --release --locked --bin fangzhi
fangzhi=$(realpath "${CARGO_TARGET_DIR:-target}/release/fangzhi")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Times stay, so that the pages are as old as they would be.
cp -a "$data/pages" "$work/pages"

echo "data: $data, $(find "$work/pages" -type f | wc -l) pages; machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
python3 - "$fangzhi" "$work" <<'PY'
import pathlib, resource, subprocess, sys, time

fangzhi, work = sys.argv[1:]
pages = sorted(path for path in pathlib.Path(work, "pages").rglob("*") if path.is_file())
full = None

def run(label, *args):
    global full
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run([fangzhi, "index", *args], cwd=work, check=True, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    full = full or (wall, cpu)
    print(f"{label:32} {wall:7.3f} s wall ({wall / full[0]:6.2%}) {cpu:7.3f} s CPU ({cpu / full[1]:6.2%})")

def change(n):
    for path in pages[n::100]:
        # Another title, and so another article.
        text = path.read_bytes()
        path.write_bytes(text.replace(b"</h1>", "（改）".encode() + b"</h1>", 1))

run("full build", "build", "pages", "--fresh")
for n in range(3):
    run("update, nothing changed", "update")
    run("build, nothing changed", "build", "pages")
    change(n)
    run("update, 1 page in 100 changed", "update")
PY
