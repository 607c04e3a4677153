"""Runs one Python program that finds near-duplicates on prepared documents.

    peers.py TOOL INPUT GROUPS

INPUT has a document a line, {"id", "text", …}. GROUPS gets what was found: a line
for each group of documents that the tool says are alike, ids parted by tabs; most
tools report pairs. A line "!<tab>id" is a tool's word that a document has a
duplicate, without saying which. The figures go to standard output as JSON.
Reading the input is not timed; making grams of text is.
"""

import json
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

K = 5  # characters of a gram
PERMUTATIONS = 128
THRESHOLD = 0.5


def grams(text):
    return {text[i : i + K] for i in range(max(1, len(text) - K + 1))}


def pairs_of(answers):
    for i, found in enumerate(answers):
        for j in found:
            if j < i:
                yield (j, i)


class Clock:
    """Wall and processor time of the stages."""

    def __init__(self):
        self.wall, self.stages = time.perf_counter(), {}
        self.cpu = self.processor()

    @staticmethod
    def processor():
        return sum(
            u.ru_utime + u.ru_stime
            for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    def stage(self, name):
        wall, cpu = time.perf_counter(), self.processor()
        self.stages[name] = {"seconds": wall - self.wall, "cpu": cpu - self.cpu}
        self.wall, self.cpu = wall, cpu


def datasketch(texts, clock):
    from datasketch import MinHash, MinHashLSH

    signatures = []
    for t in texts:
        m = MinHash(num_perm=PERMUTATIONS)
        m.update_batch([g.encode() for g in grams(t)])
        signatures.append(m)
    clock.stage("signature")
    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for i, m in enumerate(signatures):
        lsh.insert(i, m)
    found = list(pairs_of(lsh.query(m) for m in signatures))
    clock.stage("index")
    return found, f"{lsh.b} bands of {lsh.r}, unverified"


def rensa(texts, clock):
    from rensa import RMinHash, RMinHashLSH

    signatures = RMinHash.from_token_sets([list(grams(t)) for t in texts], num_perm=PERMUTATIONS, seed=42)
    clock.stage("signature")
    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    lsh.insert_many(signatures)
    found = list(pairs_of(lsh.query_all(signatures)))
    clock.stage("index")
    return found, "32 bands of 4, unverified"


def rensa_rho(texts, clock):
    from rensa import RMinHash, RMinHashLSH

    tokens = [[t[i : i + K] for i in range(max(1, len(t) - K + 1))] for t in texts]
    matrix = RMinHash.digest_matrix_from_token_sets_rho(tokens, num_perm=PERMUTATIONS, seed=42)
    clock.stage("signature")
    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    flags = lsh.query_duplicate_flags_matrix_one_shot(matrix)
    clock.stage("index")
    return [("!", i) for i, f in enumerate(flags) if f], "samples positions; says only that there is a duplicate"


def gaoya(texts, clock):
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=THRESHOLD, num_bands=32, band_size=4, analyzer="char", ngram_range=(K, K)
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    clock.stage("signature")
    found = list(pairs_of(index.par_bulk_query(texts)))
    clock.stage("index")
    return found, "32 bands of 4, checked by the estimate; index makes the signatures, query again"


def text_dedup(texts, clock):
    """Its command, on characters with spaces between them: its tokens are words."""
    folder = tempfile.mkdtemp()
    try:
        source = os.path.join(folder, "in.jsonl")
        with open(source, "w") as f:
            for i, t in enumerate(texts):
                json.dump({"n": i, "text": " ".join("".join(t.split()))}, f)
                f.write("\n")
        clock.stage("spaced")
        out = os.path.join(folder, "out")
        subprocess.run(
            [sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", source, "--split", "train",
             "--cache_dir", os.path.join(folder, "cache"), "--output", out, "--column", "text", "--idx_column", "n",
             "--batch_size", "10000", "--num_proc", "2", "--ngram", str(K), "--num_perm", str(PERMUTATIONS),
             "--threshold", str(THRESHOLD), "--hash_func", "xxh3", "--debug"],
            check=True, stdout=sys.stderr, env=dict(os.environ, HF_HUB_OFFLINE="1"),
        )
        clock.stage("index")
        with open(os.path.join(out, "uf.pkl"), "rb") as f:
            parents = pickle.load(f)
        parents = getattr(parents, "parent", parents)

        def root(i):
            while parents.get(i, i) != i:
                i = parents[i]
            return i

        groups = {}
        for i in range(len(texts)):
            groups.setdefault(root(i), []).append(i)
        return [g for g in groups.values() if len(g) > 1], "its bands for .5, unverified, clusters joined"
    finally:
        shutil.rmtree(folder)


TOOLS = {
    "datasketch": (datasketch, "datasketch"),
    "rensa": (rensa, "rensa"),
    "rensa-rho": (rensa_rho, "rensa"),
    "gaoya": (gaoya, "gaoya"),
    "text-dedup": (text_dedup, "text-dedup"),
}


def main(tool, source, target):
    ids, texts = [], []
    with open(source) as f:
        for line in f:
            d = json.loads(line)
            ids.append(d["id"])
            texts.append(d["text"])
    run, package = TOOLS[tool]
    clock = Clock()
    found, setting = run(texts, clock)
    with open(target, "w") as f:
        for group in found:
            print(*[g if g == "!" else ids[g] for g in group], sep="\t", file=f)
    peak = max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    clock.stages.pop("spaced", None)
    json.dump({"version": version(package), "setting": setting, "stages": clock.stages, "peak": peak * 1024}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
