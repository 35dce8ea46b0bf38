# For the benches of whole processes, which read it in.

# Times a build of the index $2: `timed LABEL INDEX COMMAND…`.
timed() {
  local label=$1 index=$2
  shift 2
  python3 - "$label" "$index" "$@" <<'PY'
import os, resource, subprocess, sys, time
label, index, *command = sys.argv[1:]
start = time.monotonic()
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
size = sum(os.path.getsize(os.path.join(dir, name)) for dir, _, names in os.walk(index) for name in names)
print(f"{label:44} {wall:7.2f} s wall {used.ru_utime + used.ru_stime:7.2f} s CPU "
      f"{used.ru_maxrss / 1024:6.0f} MB peak {size / 1e6:7.1f} MB index")
PY
}
