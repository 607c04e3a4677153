"""Finds the stories of documents with repost on Apache Spark.

    repost batch plan --spark > repost_spark.py
    spark-submit --files repost repost_spark.py [OPTIONS] OUTPUT INPUT...

INPUT are paths that Spark can read, of JSON lines (packed or not) or of Parquet (*.parquet,
or --format parquet). OUTPUT is a folder, which gets

    stories/    Parquet: story, size, sources, first_date, last_date, canonical, title
    members/    Parquet: story, id, spans [{lo, hi}, ...], relation, coverage, canonical,
                source, date, date_from, title, url
    documents/  Parquet: id, url, source, date, date_from, title, credit, text, in two folders:
                kept=true is the deduplicated corpus, with --passages or --mask without what they cut;
                with --annotate also what is known of each document, repost: {kept, by, relation, ...}
    dropped/    Parquet: id, source, date, title, by [id, ...] (who has its text), relation, coverage,
                rule, stories [story, ...], spans, kept_spans: the columns of `repost dedup --dropped`
    links/      packed lines for `repost import`: links, and with --passages or --mask the whole documents
    work/       what each step wrote; it may be removed when the job is done

The stories are those of `repost ingest` and `repost clusters` on one machine, byte for byte,
and what is dropped, cut or noted is what `repost dedup` does with the same --keep, --threshold,
--in-one, --keep-versions, --passages, --mask and --annotate.
All work on texts is done by the program repost, which Spark copies to its executors
(--files); Spark reads, shuffles, sorts, retries and writes. The steps are those of
`repost batch plan`. Each writes its lines to OUTPUT/work, and a job that was interrupted
goes on after the last step that is complete: give the same command again.

Needs Spark 3.4 or later and nothing else: executors need the program for their system and no
Python, and 150 to 260 MB for each task on top of what Spark takes. More documents need more shuffle
partitions and not more memory: see --partitions.
"""

import argparse
import json
import subprocess
import sys

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

# A line of `repost batch`: its key, its kind and order, its data.
LINE = "key STRING, kind STRING, data STRING"
# A run: many lines of one partition and one kind, sorted and packed. A step's output is stored by
# kind, so that the next steps read what they need. Spark spends microseconds on a row, whatever it
# has, and a document makes hundreds of lines.
RUN = "part INT, kind STRING, run STRING"

# Flags without a value that say what is dropped, cut or noted.
POLICIES = ("in_one", "keep_versions", "passages", "mask", "annotate")

# Digits of numbers in keys, which ascend as bytes do.
DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
NUMBER_WIDTH = 6

DOCUMENT = "id STRING, url STRING, source STRING, date STRING, date_from STRING, title STRING, credit STRING, text STRING"
DROPPED = """
    id STRING, source STRING, date STRING, title STRING, by ARRAY<STRING>, relation STRING, coverage DOUBLE,
    rule STRING, stories ARRAY<STRING>, spans ARRAY<ARRAY<BIGINT>>, kept_spans ARRAY<ARRAY<BIGINT>>
"""
NOTE = """, repost STRUCT<kept: BOOLEAN, by: ARRAY<STRING>, relation: STRING, coverage: DOUBLE, rule: STRING,
    stories: ARRAY<STRING>, spans: ARRAY<ARRAY<BIGINT>>>"""
SPANS = "transform({}, s -> named_struct('lo', s[0], 'hi', s[1]))"
# What a line of JSON has after its mark.
AFTER_MARK = "substr(data, instr(data, ' ') + 1)"
STORY = """
    story STRING, size INT, members ARRAY<STRUCT<
        id: STRING, spans: ARRAY<ARRAY<BIGINT>>, relation: STRING, coverage: DOUBLE, canonical: BOOLEAN,
        source: STRING, date: STRING, date_from: STRING, title: STRING, url: STRING>>
"""


class Job:
    def __init__(self, spark, options):
        self.spark = spark
        self.options = options
        self.work = options.output.rstrip("/") + "/work"
        self.policies = ["--" + name.replace("_", "-") for name in POLICIES if getattr(options, name)]
        self.rules = []
        if options.rules:
            spark.sparkContext.addFile(options.rules)
            self.rules = ["--rules", options.rules.rsplit("/", 1)[-1]]

    def done(self, path):
        """Whether a step's output is complete: Spark marks it when it is."""
        jvm = self.spark.sparkContext._jvm
        mark = jvm.org.apache.hadoop.fs.Path(path + "/_SUCCESS")
        return mark.getFileSystem(self.spark.sparkContext._jsc.hadoopConfiguration()).exists(mark)

    def made(self, path, frame, by=None):
        """The rows of a step, which makes them unless it did before."""
        rows = frame()
        if not self.done(path):
            # A row of runs has half a megabyte: Parquet would hold a hundred before it looks how much they
            # are, and then the least and the greatest of each block until the file is written.
            sizes = {"parquet.block.size": 8 << 20, "parquet.block.size.row.check.min": 1, "parquet.page.size.row.check.min": 1,
                     "parquet.column.statistics.enabled": "false"}
            writer = rows.write.mode("overwrite").option("compression", "zstd").options(**sizes)
            (writer.partitionBy(by) if by else writer).parquet(path)
        return self.spark.read.schema(rows.schema).parquet(path)  # also where there are no rows

    def pipe(self, rows, columns, *stage, schema=LINE):
        """The lines that a stage makes of rows, partition by partition."""
        # GOGC=200: a process that is short spends less of it on its memory, for 8 MB more
        words = ["env", "GOGC=200", self.options.repost, "batch", *stage, "--threads", "1", *self.rules]
        command = " ".join("'" + w.replace("'", "'\\''") + "'" for w in words)
        rows.createOrReplaceTempView("input")
        literal = command.replace("\\", "\\\\").replace('"', '\\"')
        fields = r"ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' LINES TERMINATED BY '\n'"
        return self.spark.sql(f'SELECT TRANSFORM({columns}) {fields} USING "{literal}" AS ({schema}) {fields} FROM input')

    def runs(self, rows, columns, *stage):
        return self.pipe(rows, columns, *stage, "--partitions", str(self.options.partitions), schema=RUN)

    def home(self):
        """An array of a number for each partition of runs, which Spark hashes to a partition of its own."""
        n = self.options.partitions
        rows = self.spark.range(64 * n + 1024).selectExpr(f"pmod(hash(id), {n}) AS part", "id").groupBy("part").agg(f.min("id"))
        found = dict(rows.collect())
        return f.expr("array(" + ", ".join(f"{found[part]}L" for part in range(n)) + ")")

    def gathered(self, rows):
        """Runs, those of each partition together."""
        return rows.repartition(self.options.partitions, f.element_at(self.homes, f.col("part") + 1))

    def documents(self):
        """Documents as lines whose keys are their numbers, in the order of their ids."""
        o = self.options
        if o.format == "parquet" or o.format == "" and o.input[0].endswith(".parquet"):
            records = self.spark.read.parquet(*o.input)
            records = records.select(f.to_json(f.struct(*records.columns)).alias("value"))
        else:
            records = self.spark.read.text(o.input)
        stage = ["documents", "--format", "json", *(x for field in o.field for x in ("--field", field))]
        stage += ["--dates", o.dates] * bool(o.dates) + ["--strict"] * o.strict + ["--keep-markup"] * o.keep_markup + ["-"]

        def distinct():
            lines = self.pipe(records, "value", *stage).groupBy("key")
            return lines.agg(f.min("data").alias("data"), (f.min("data") != f.max("data")).alias("differ"))

        distinct = self.made(self.work + "/distinct", distinct)
        twice = distinct.where("differ").select(f.expr("decode(unhex(key), 'UTF-8')")).first()
        if twice:
            sys.exit(f"the id {twice[0]!r} comes twice, with different documents; choose another field for ids, or leave one version of each")

        def sorted_by_id():
            within = f.monotonically_increasing_id().bitwiseAND(f.lit((1 << 33) - 1))
            rows = distinct.repartitionByRange(o.partitions, "key").sortWithinPartitions("key")
            return rows.select("data", f.spark_partition_id().alias("range"), within.alias("within"))

        rows = self.made(self.work + "/sorted", sorted_by_id)
        starts, start = [], 0
        for count in sorted(rows.groupBy("range").count().collect()):
            starts.append(f"({count['range']}, {start}L)")
            start += count["count"]
        if not starts:
            sys.exit("there are no documents in " + ", ".join(o.input))
        starts = f.broadcast(self.spark.sql(f"SELECT * FROM VALUES {', '.join(starts)} AS starts(range, start)"))
        number = "(start + within)"
        digit = f"substr('{DIGITS}', cast(shiftright({number}, {{}}) & 63 AS INT) + 1, 1)"
        key = "concat(" + ", ".join(digit.format(6 * i) for i in reversed(range(NUMBER_WIDTH))) + ")"
        return rows.join(starts, "range").select(f.expr(key).alias("key"), f.lit("D").alias("kind"), "data")

    def step(self, step, outputs):
        """The runs of a step of the plan."""
        rows = None
        for name, kinds in sorted(step["in"].items()):
            some = outputs[name].where(f.col("kind").isin(*kinds)).select("part", "run")
            rows = some if rows is None else rows.union(some)
        if step["single"]:
            rows = rows.coalesce(1)
        elif step["group"]:
            rows = self.gathered(rows)
        stage = [step["stage"]] + (["--pass", str(step["pass"])] if step.get("pass") else [])
        if step["stage"] in ("describe", "passages", "cut"):
            stage += ["--keep", self.options.keep, "--threshold", str(self.options.threshold), *self.policies]
        return self.runs(rows, "run", *stage)

    def same_options(self):
        """Ends the job if OUTPUT was begun with other options, or another version of repost."""
        o = vars(self.options)
        version = subprocess.check_output([SparkFiles.get("repost"), "--version"], text=True).strip()
        mine = json.dumps({"version": version, **{k: o[k] for k in ("input", "format", "field", "dates", "strict", "keep_markup", "rules", "keep", "threshold", *POLICIES, "partitions")}})
        begun = self.made(self.work + "/options", lambda: self.spark.range(1).select(f.lit(mine).alias("options"))).first()[0]
        if begun != mine:
            sys.exit(f"{o['output']} was begun with other options: choose another folder, or remove it\n  {begun}\n  {mine}")

    def run(self):
        self.same_options()
        program = SparkFiles.get("repost")
        plan = [json.loads(line) for line in subprocess.check_output([program, "batch", "plan", *self.policies]).splitlines()]
        documents = self.documents()
        self.homes = self.home()
        outputs = {"documents": self.made(self.work + "/documents", lambda: self.runs(documents, "key, kind, data", "copy"), by="kind")}
        for step in plan:
            path = self.work + "/" + step["name"]
            outputs[step["name"]] = self.made(path, lambda: self.step(step, outputs), by="kind")
        self.write_stories(outputs["describe"].where("kind = 's'"))
        last = outputs[plan[-1]["name"]]
        if self.policies:
            documents = self.pipe(last.where("kind = 'o'").select("run"), "run", "copy")
        self.write_documents(documents, last.where("kind = 'f'"))
        lines = outputs["align"].where("kind = 'J'").select("run")
        if self.options.passages or self.options.mask:
            lines = lines.union(outputs["documents"].select("run"))
        self.made(self.options.output + "/links", lambda: lines)

    def write_documents(self, documents, dropped):
        schema = DOCUMENT + NOTE * self.options.annotate
        dropped = self.pipe(dropped.select("run"), "run", "copy").select("key", f.from_json(f.expr(AFTER_MARK), DROPPED).alias("d"))
        self.made(self.options.output + "/dropped", lambda: dropped.select("d.*").withColumns(
            {name: f.expr(SPANS.format(name)) for name in ("spans", "kept_spans")}))
        rows = documents.join(dropped, "key", "left").select(
            f.from_json(f.expr(AFTER_MARK), schema).alias("doc"), f.isnull("d").alias("kept")).select("doc.*", "kept")
        if self.options.annotate:
            rows = rows.withColumn("repost", f.col("repost").withField("spans", f.expr(SPANS.format("repost.spans"))))
        self.made(self.options.output + "/documents", lambda: rows, by="kept")

    def write_stories(self, runs):
        rows = self.gathered(runs).select("run")
        stories = self.made(self.work + "/list", lambda: self.pipe(
            rows, "run", "list", schema="story STRING").select(f.from_json("story", STORY).alias("s")).select("s.*"))
        self.made(self.options.output + "/stories", lambda: stories.select(
            "story", "size",
            f.expr("size(array_distinct(transform(members, m -> m.source)))").alias("sources"),
            f.expr("array_min(filter(transform(members, m -> m.date), d -> d != ''))").alias("first_date"),
            f.expr("array_max(filter(transform(members, m -> m.date), d -> d != ''))").alias("last_date"),
            f.expr("members[0].id").alias("canonical"),
            f.expr("members[0].title").alias("title")))
        self.made(self.options.output + "/members", lambda: stories.select(
            "story", f.explode("members").alias("m")).select("story", "m.*").withColumn(
            "spans", f.expr(SPANS.format("spans"))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", metavar="OUTPUT")
    parser.add_argument("input", metavar="INPUT", nargs="+")
    parser.add_argument("--format", default="", choices=["", "json", "parquet"], help="of the input; by its name if not given")
    parser.add_argument("--field", action="append", default=[], metavar="NAME=PATH",
                        help="where records have what, as of repost ingest: text=article.body,id=doc_id")
    parser.add_argument("--dates", default="", choices=["", "dmy", "mdy", "ymd"], help="the order of dates like 03/04/2024")
    parser.add_argument("--strict", action="store_true",
                        help="refuse bytes that are no text and dates that are not understood, instead of repairing them")
    parser.add_argument("--keep-markup", action="store_true", help="keep the tags and entities of texts that are HTML")
    parser.add_argument("--keep", default="canonical,earliest", help="which of several copies is kept: as of repost dedup")
    parser.add_argument("--threshold", type=float, default=0.8,
                        help="drop a document if this share of its text is in documents that are kept")
    parser.add_argument("--in-one", action="store_true", help="drop a document only if one kept document holds its text")
    parser.add_argument("--keep-versions", action="store_true", help="keep a document with other figures, names or a negation")
    parser.add_argument("--passages", action="store_true",
                        help="cut whole sentences, of 40 characters together, that another kept document has; one process decides on all")
    parser.add_argument("--mask", action="store_true", help="cut boilerplate from the texts")
    parser.add_argument("--annotate", action="store_true", help="add to each document what is known of it, in the column repost")
    parser.add_argument("--rules", help="a file of rules: see repost help rules")
    parser.add_argument("--partitions", type=int, default=0, help="of shuffles; spark.sql.shuffle.partitions if not given")
    parser.add_argument("--repost", default="./repost", help="the program on the executors (default: that of --files)")
    options = parser.parse_args()
    spark = SparkSession.builder.appName("repost").getOrCreate()
    spark.conf.set("spark.sql.parquet.columnarReaderBatchSize", 16)  # rows of half a megabyte, and not 4,096
    options.partitions = options.partitions or int(spark.conf.get("spark.sql.shuffle.partitions"))
    Job(spark, options).run()
    spark.stop()


if __name__ == "__main__":
    main()
