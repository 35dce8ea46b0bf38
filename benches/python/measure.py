"""Runs a command and prints how fast it got through some pages, and how much memory it needed.

    measure.py LABEL PAGES COMMAND...

Memory is the largest sum, over the command's processes, of their proportional set sizes (Linux),
so that what they share counts once; it is looked at every 50 ms.
"""

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path


def family(root: int) -> list[int]:
    """The process and all its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found.extend(parents.get(process, []))
    return found


def memory(process: int) -> int:
    """The process's proportional set size in bytes; 0 once it has ended."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    size = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(size[1]) << 10 if size else 0


def main() -> None:
    label, n_pages, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = 0
    while True:
        peak = max(peak, sum(map(memory, family(child.pid))))
        try:
            _, errors = child.communicate(timeout=0.05)
            break
        except subprocess.TimeoutExpired:
            pass
    wall = time.monotonic() - start
    if child.returncode != 0:
        sys.stderr.buffer.write(errors)
        sys.exit(child.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(
        f"{label:44} {n_pages / wall:8.1f} pages/s {wall:7.2f} s wall {cpu:7.2f} s CPU"
        f" {peak / 1e6:6.0f} MB peak"
    )


if __name__ == "__main__":
    main()
