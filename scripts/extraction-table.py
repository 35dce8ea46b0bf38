#!/usr/bin/env python3
"""Prints the scorer's JSON, read from standard input, as a table beside the best of eleven existing extractors.

    score.py GOLD PREDICTIONS --json | extraction-table.py

The figures of the existing extractors were measured on the same pages, each given correctly decoded text.
"""
import json
import sys

# Measure, key of the scorer, best existing tool, to reach, beyond; "-" where there is none.
ROWS = [
    ("body F1", "F1", ".966", "≥ .985", ".992"),
    ("line F1", "lineF1", ".888", "≥ .955", ".98"),
    ("pages with F1 ≥ .95", "F95", "80.9 %", "≥ 94 %", "97 %"),
    ("pages with F1 < .80", "F80", "2.9 %", "≤ 2 %", "0"),
    ("pages with a forbidden string in the body", "dirty", "30.4 %", "≤ 5 %", "1 %"),
    ("title exact", "title", "91.3 %", "≥ 97 %", "99 %"),
    ("publish time at the page's own precision", "publish_time", "91.2 %", "≥ 97 %", "99 %"),
    ("publish date", "date", "98.5 %", "≥ 99 %", "100 %"),
    ("source", "source", "0", "≥ 92 %", "97 %"),
    ("editor", "editor", "0", "≥ 95 %", "98 %"),
    ("author", "author", "6.7 %", "≥ 75 %", "90 %"),
    ("author given where there is none", "author_fp", "81 %", "≤ 10 %", "3 %"),
]


def main():
    scores = json.load(sys.stdin)
    print("| measure | best existing tool | to reach | beyond | fangzhi |")
    print("|---|---|---|---|---|")
    for measure, key, existing, reach, beyond in ROWS:
        value = scores[key]
        shown = f"{100 * value:.1f} %" if "%" in reach else f"{value:.3f}".lstrip("0")
        print(f"| {measure} | {existing} | {reach} | {beyond} | {shown} |")
    taken = f"{scores['neg_taken']} of {scores['neg']}"
    print(f"| list and other pages taken for articles | 5 of 16 | ≤ 1 | 0 | {taken} |")


if __name__ == "__main__":
    main()
