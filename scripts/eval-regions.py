#!/usr/bin/env python3
"""Scores place tagging beside cpca, jionlp and cnloc on the gold set of tests/regions.

    cargo run --release -p fangzhi-regions --example eval_regions -- dev held-out > texts.jsonl
    python3 scripts/eval-regions.py texts.jsonl [--venv DIR]

The other tools are installed from PyPI into a virtual environment of their own, by default in
the user's cache directory. They answer with paths of a whole text, not with mentions, so that all are
compared on sets: the paths of a text without those that another path of the text lies in. Macro-regions
and functional areas, which no other tool knows, are left out on both sides.
"""

import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

PEERS = ["cpca", "jionlp", "cnloc"]
PACKAGES = ["cpca==0.5.5", "jionlp==1.5.31", "cnloc==0.1.7"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", help="what the example eval_regions prints")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    parser.add_argument("--venv", type=Path, default=cache / "fangzhi" / "eval-regions")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    lines = [json.loads(line) for line in open(args.texts, encoding="utf-8")]
    if args.peer:
        # Within the environment: one answer a line behind a mark, as the tools print lines of their own.
        for answer in globals()[args.peer](lines):
            print("ANSWER " + json.dumps(answer, ensure_ascii=False))
        return

    python = args.venv / "bin" / "python"
    if not python.exists():
        venv.create(args.venv, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    answers = {"fangzhi": [{"paths": line["found"], "main": line["about"][:1]} for line in lines]}
    for peer in PEERS:
        run = subprocess.run(
            [python, __file__, args.texts, "--peer", peer],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            print(f"{peer}: {run.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            continue
        marked = [line for line in run.stdout.splitlines() if line.startswith("ANSWER ")]
        answers[peer] = [json.loads(line.removeprefix("ANSWER ")) for line in marked]

    print("| texts | tool | precision | recall | F1 | false on texts without a place | guesses on ambiguous texts | main place |")
    print("|---|---|---|---|---|---|---|---|")
    for split in sorted({line["split"] for line in lines}):
        for tool, found in answers.items():
            print(f"| {split} | {tool} | " + row(split, lines, found) + " |")


def row(split, lines, answers):
    right = found_all = gold_all = empty = false = ambiguous = guessed = articles = main = 0
    for line, answer in zip(lines, answers):
        if line["split"] != split:
            continue
        gold = deepest(line["gold"])
        found = deepest(answer["paths"])
        right += len(gold & found)
        found_all += len(found)
        gold_all += len(gold)
        if not line["gold"] and not line["ambiguous"]:
            empty += 1
            false += bool(found)
        if line["ambiguous"] and not line["gold"]:
            ambiguous += 1
            guessed += bool(found)
        if line["gold_about"] is not None:
            articles += 1
            first = answer["main"][:1]
            main += first[0] in line["gold_about"] if first else not line["gold_about"]
    precision, recall = right / max(found_all, 1), right / max(gold_all, 1)
    f1 = 2 * right / max(found_all + gold_all, 1)
    return (
        f"{precision:.3f} | {recall:.3f} | {f1:.3f} | {false}/{empty} | {guessed}/{ambiguous} | {main}/{articles}"
    )


def deepest(paths):
    """The paths that no other path lies in; divisions only."""
    divisions = {path for path in paths if is_division(path)}
    return {
        path for path in divisions if not any(other.startswith(path + "/") for other in divisions)
    }


def is_division(path):
    parts = path.split("/")
    first = parts[0].endswith(("省", "市", "自治区", "特别行政区"))
    areas = ("高新区", "经开区", "综保区", "自贸区", "开发区", "示范区", "合作区", "园区", "两江新区", "雄安新区", "兰州新区", "金普新区", "天府新区", "贵安新区", "台北市")
    return first and not any(part.endswith(areas) for part in parts[1:])


def joined(province, city, county):
    """A path of full names as they are here: without levels that stand for nothing."""
    names = []
    for name in (province, city, county):
        name = (name or "").strip()
        if name in ("", "市辖区", "县", "直辖", "省直辖县级行政区划", "自治区直辖县级行政区划", "nan", "None"):
            continue
        if name not in names:
            names.append(name)
    return "/".join(names)


def cpca(lines):
    import cpca as tool

    frame = tool.transform([line["text"] for line in lines])
    for _, found in frame.iterrows():
        path = joined(*(str(found[name]) if found[name] else "" for name in ("省", "市", "区")))
        yield {"paths": [path] if path else [], "main": [path] if path else []}


def jionlp(lines):
    import jionlp as tool

    for line in lines:
        found = (tool.recognize_location(line["text"]) or {}).get("domestic") or []
        counted = [(count, joined(place["province"], place["city"], place["county"])) for place, count in found]
        counted = [(count, path) for count, path in counted if path]
        main = [max(counted, key=lambda entry: entry[0])[1]] if counted else []
        yield {"paths": [path for _, path in counted], "main": main}


def cnloc(lines):
    import cnloc as tool

    texts = [line["text"] for line in lines]
    years = [min(line["year"] or 2024, 2024) for line in lines]
    frame = tool.getlocation(texts, year=years, county_short=True)
    for _, found in frame.iterrows():
        names = (found[f"{level}_name"] for level in ("province", "city", "county"))
        path = joined(*("" if name is None or name != name else str(name) for name in names))
        yield {"paths": [path] if path else [], "main": [path] if path else []}


if __name__ == "__main__":
    main()
