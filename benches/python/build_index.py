"""Builds an index of a directory of pages: trafilatura -> jieba -> tantivy-py.

    build_index.py DIR INDEX [PROCESSES]

Pages are extracted and cut by PROCESSES, by default one a core, as the interpreter runs one thread at a time;
the parent process adds what they send to tantivy, whose own threads write. The index has one layer.
"""

import os
import sys
from multiprocessing import Pool
from pathlib import Path

import jieba
import tantivy
import trafilatura


def analyse(path: Path) -> dict[str, str] | None:
    """The fields of the article on a page, words separated by spaces; None where none is found."""
    page = trafilatura.bare_extraction(path.read_bytes(), with_metadata=True)
    if page is None:
        return None
    return {
        "id": path.stem,
        "title": words(page.title or ""),
        "body": words(page.text or ""),
        "published": page.date or "",
    }


def words(text: str) -> str:
    return " ".join(word for word in jieba.cut_for_search(text) if not word.isspace())


def main() -> None:
    pages, index_dir = Path(sys.argv[1]), Path(sys.argv[2])
    n_processes = int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count()
    index_dir.mkdir(parents=True, exist_ok=True)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("title", stored=True, tokenizer_name="whitespace")
    schema.add_text_field("body", stored=True, tokenizer_name="whitespace")
    schema.add_text_field("published", stored=True, tokenizer_name="raw")
    index = tantivy.Index(schema.build(), path=str(index_dir))
    writer = index.writer(heap_size=128 << 20)
    paths = sorted(path for path in pages.rglob("*") if path.is_file())
    # Loaded here, the dictionary is shared by all processes.
    jieba.initialize()
    n_articles = 0
    with Pool(n_processes) as pool:
        for fields in pool.imap(analyse, paths, chunksize=8):
            if fields is not None:
                writer.add_document(tantivy.Document(**fields))
                n_articles += 1
    writer.commit()
    writer.wait_merging_threads()
    print(f"{n_articles} articles of {len(paths)} pages")


if __name__ == "__main__":
    main()
