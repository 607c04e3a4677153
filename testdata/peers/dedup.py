"""Deduplicates one labelled set with repost and with its rivals, and prints a table.

    dedup.py [--repost FILE] SET.jsonl.gz SET-gold.jsonl.gz

SET has a document a line, {"id", "text", …}. Its gold has for each document the
stories that it holds and where: {"id", "stories": [{"story", "spans": [[from, to]]}]}.
A tool whose Python package is missing is named, and left out:

    pip install datasketch text-dedup 'datatrove[io,processing]' spacy jieba

Each tool runs in a process of its own. Processor seconds are of that process and
its children, from start to end, reading included.

Columns of the table:

    kept       documents that are left
    lost       stories that no kept document holds
    redundant  kept documents each story of which stands in another kept document,
               at least 80 % as long. Two copies that are both kept count as two.
"""

import argparse
import collections
import gzip
import importlib.util
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile

K = 5  # characters of a gram
PERMUTATIONS = 128
THRESHOLD = 0.7
ENOUGH = 0.8  # of the length of a story in one document, for another to hold it


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def write(path, records):
    with open(path, "w", encoding="utf-8") as f:
        for r in records:
            json.dump(r, f, ensure_ascii=False)
            f.write("\n")


def grams(text):
    return {text[i : i + K].encode() for i in range(max(1, len(text) - K + 1))}


class Groups:
    """Union-find; the first document of a group stands for it."""

    def __init__(self, n):
        self.parent = list(range(n))

    def find(self, i):
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, i, j):
        i, j = sorted((self.find(i), self.find(j)))
        self.parent[j] = i

    def first(self):
        return [i for i in range(len(self.parent)) if self.find(i) == i]


# Each tool takes the set, a folder to work in and the options; it returns the ids
# that it keeps.


def repost(source, folder, options):
    out = os.path.join(folder, "kept.jsonl")
    subprocess.run([options.repost, "dedup", "-q", source, "-o", out], check=True, cwd=folder)
    with open(out, encoding="utf-8") as f:
        return [json.loads(line)["id"] for line in f]


def datasketch(source, folder, options):
    from datasketch import MinHash, MinHashLSH

    documents = read(source)
    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    groups = Groups(len(documents))
    for i, d in enumerate(documents):
        m = MinHash(num_perm=PERMUTATIONS)
        m.update_batch(list(grams(d["text"])))
        for j in lsh.query(m):
            groups.join(i, j)
        lsh.insert(i, m)
    return [documents[i]["id"] for i in groups.first()]


def text_dedup(source, folder, options):
    """Its command. Its tokens are words, so it gets characters with spaces between them."""
    documents = read(source)
    spaced, out = os.path.join(folder, "in.jsonl"), os.path.join(folder, "out")
    write(spaced, ({"n": i, "text": " ".join("".join(d["text"].split()))} for i, d in enumerate(documents)))
    subprocess.run(
        [sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", spaced, "--split", "train",
         "--cache_dir", os.path.join(folder, "cache"), "--output", out, "--column", "text", "--idx_column", "n",
         "--batch_size", "10000", "--num_proc", "2", "--ngram", str(K), "--num_perm", str(PERMUTATIONS),
         "--threshold", str(THRESHOLD), "--hash_func", "xxh3"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, HF_HUB_OFFLINE="1"),
    )  # fmt: skip
    from datasets import load_from_disk

    return [documents[n]["id"] for n in load_from_disk(out)["n"]]


def datatrove(source, folder, options):
    """Its four stages with their own setting, 14 bands of 8, and its own Chinese words."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    def place(name):
        return os.path.join(folder, name)

    def stage(*steps, tasks=1):
        LocalPipelineExecutor(pipeline=list(steps), tasks=tasks, logging_dir=place("logs"), skip_completed=False).run()

    os.mkdir(place("in"))
    write(place("in/0.jsonl"), ({"id": d["id"], "text": d["text"]} for d in read(source)))
    config = MinhashConfig(n_grams=K)
    stage(JsonlReader(place("in")), MinhashDedupSignature(place("signatures"), config=config, language="zho"))
    stage(MinhashDedupBuckets(place("signatures"), place("buckets"), config=config), tasks=config.num_buckets)
    stage(MinhashDedupCluster(place("buckets"), place("removed"), config=config))
    out = JsonlWriter(place("out"), output_filename="${rank}.jsonl", compression=None)
    stage(JsonlReader(place("in")), MinhashDedupFilter(place("removed")), out)
    kept = []
    for name in os.listdir(place("out")):
        with open(place("out/" + name), encoding="utf-8") as f:
            kept += [json.loads(line)["id"] for line in f]
    return kept


# name: what runs it, the packages that it needs, its setting
TOOLS = {
    "repost dedup": (repost, [], "as it comes"),
    "datasketch": (datasketch, ["datasketch"], f"MinHashLSH, {K} characters, {PERMUTATIONS} permutations, {THRESHOLD}"),
    "text-dedup": (text_dedup, ["text_dedup", "datasets"], f"minhash, {K} characters, {PERMUTATIONS} permutations, {THRESHOLD}"),
    "datatrove": (datatrove, ["datatrove", "spacy", "jieba"], f"minhash, {K} words, 14 bands of 8"),
}


def child(name, source, options, pipe):
    """Runs a tool in this process and sends what it kept, seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        kept = TOOLS[name][0](source, folder, options)
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    pipe.send((kept, sum(u.ru_utime + u.ru_stime for u in used), max(u.ru_maxrss for u in used) * 1024))


def run(name, source, options):
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=child, args=(name, source, options, there))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        process.join()


def score(kept, gold):
    """The columns: kept, stories lost, wholly redundant documents left."""
    kept = set(kept)
    lengths = {d["id"]: collections.Counter() for d in gold}
    for d in gold:
        for s in d["stories"]:
            lengths[d["id"]][s["story"]] += sum(b - a for a, b in s["spans"])
    holders = collections.defaultdict(list)
    for d in kept:
        for story, n in lengths[d].items():
            holders[story].append((n, d))

    def elsewhere(d, story, n):
        return any(e != d and m >= ENOUGH * n for m, e in holders[story])

    redundant = sum(bool(lengths[d]) and all(elsewhere(d, s, n) for s, n in lengths[d].items()) for d in kept)
    stories = {s for counted in lengths.values() for s in counted}
    return len(kept), len(stories - holders.keys()), redundant


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repost", default="repost", help="the command (default: repost of the path)")
    parser.add_argument("--only", choices=TOOLS, action="append", help="run this tool only; may be given again")
    parser.add_argument("set")
    parser.add_argument("gold")
    options = parser.parse_args()
    gold, source = read(options.gold), os.path.abspath(options.set)
    if os.sep in options.repost:
        options.repost = os.path.abspath(options.repost)
    stories = {s["story"] for d in gold for s in d["stories"]}
    print(f"{len(gold)} documents, {len(stories)} stories\n")
    print("| tool | kept | stories lost | wholly redundant left | processor seconds | peak MB | setting |")
    print("|---|--:|--:|--:|--:|--:|---|")
    failed = False
    for name in options.only or TOOLS:
        _, packages, setting = TOOLS[name]
        missing = [p for p in packages if importlib.util.find_spec(p) is None]
        if missing:
            print(f"{name}: not measured, Python has no {', '.join(missing)}", file=sys.stderr)
            continue
        found = run(name, source, options)
        if found is None:
            print(f"{name}: not measured, it failed", file=sys.stderr)
            failed = True
            continue
        kept, seconds, peak = found
        columns = [f"{n:,}" for n in score(kept, gold)]
        print(f"| {name} | {' | '.join(columns)} | {seconds:.1f} | {peak / 1e6:.0f} | {setting} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
