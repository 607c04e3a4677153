package export

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// What a name says. A file's ending gives its format (.jsonl) and its packing (.gz), and so
// does the name of a format (jsonl.gz). Programs go by the ending, so that a file never has
// one that belongs to something else: see Resolve.

// extensions are the endings of formats that are written.
var extensions = map[string]Format{
	".jsonl": JSONLines, ".ndjson": JSONLines, ".json": JSONArray, ".csv": CSV, ".tsv": TSV, ".tab": TSV,
	".parquet": Parquet, ".pq": Parquet, ".parq": Parquet, ".txt": Text, ".text": Text, ".md": Text,
}

var packings = map[string]Packing{".gz": Gzip, ".zst": Zstd, ".zstd": Zstd}

// foreign are the endings of files that are not written, in which a program would expect
// something else than records.
var foreign = []string{
	".xlsx", ".xlsm", ".xls", ".ods", ".docx", ".doc", ".odt", ".rtf", ".pdf", ".epub", ".xml", ".html", ".htm", ".warc", ".wet", ".eml", ".mbox",
	".arrow", ".feather", ".ipc", ".orc", ".avro", ".h5", ".rds", ".rdata", ".db", ".sqlite", ".sqlite3", ".duckdb", ".pkl", ".npy",
	".zip", ".tar", ".tgz", ".bz2", ".xz", ".lzma", ".lz4", ".br", ".z", ".sz", ".snappy", ".lzo", ".7z", ".rar", ".repost",
}

// ByName returns the format and the packing that the name of a file asks for: "" where
// it does not say.
func ByName(name string) (Format, Packing) {
	ext, packing := endings(name)
	return extensions[ext], packing
}

// endings returns what a name ends with, before what says how it is packed.
func endings(name string) (ext string, packing Packing) {
	name = strings.ToLower(filepath.Base(name))
	ext = filepath.Ext(name)
	if packing = packings[ext]; packing != Plain {
		ext = filepath.Ext(strings.TrimSuffix(name, ext))
	}
	return ext, packing
}

// ParseFormat reads the name of a format, and how it is packed: jsonl, csv.zst.
func ParseFormat(s string) (Format, Packing, error) {
	name, ext, packed := strings.Cut(strings.ToLower(s), ".")
	f, packing := Format(name), packings["."+ext]
	if !slices.Contains(Formats, f) || packed && packing == Plain {
		var names []string
		for _, f := range Formats {
			names = append(names, string(f))
		}
		return "", "", fmt.Errorf("there is no format %q; there are %s, and all but parquet with .gz or .zst to pack them", s, strings.Join(names, ", "))
	}
	if f == Parquet && packing != Plain {
		return "", "", errPackedParquet
	}
	return f, packing, nil
}

var errPackedParquet = errors.New("files of Parquet pack their columns themselves and are not packed again; give parquet without .gz or .zst")

// ErrUnknownEnding says that a name ends with something that says no format, where nothing else
// does. It is followed by the ending, and by those that say one.
var ErrUnknownEnding = errors.New("no format that is written has the ending")

const writtenEndings = "end the name with .jsonl, .json, .csv, .tsv or .parquet, and .gz or .zst to pack it"

// Resolve returns the format and the packing of a file of this name, where format and
// packing are those that were asked for, or "". It refuses a name that says something else
// of the file than what would be in it, and one whose ending says nothing if no format was
// asked for.
func Resolve(name string, format Format, packing Packing) (Format, Packing, error) {
	ext, packed := endings(name)
	known := extensions[ext]
	switch {
	case slices.Contains(foreign, ext):
		return "", "", fmt.Errorf("%s files are not written; %s", ext, writtenEndings)
	case ext != "" && known == "" && packings[ext] == Plain && format == "":
		return "", "", fmt.Errorf("%w %s; %s", ErrUnknownEnding, ext, writtenEndings)
	case packings[ext] != Plain:
		return "", "", errors.New("it ends with two ways to pack a file; give one")
	case known != "" && format != "" && !suits(known, format):
		return "", "", fmt.Errorf("a file that ends with %s is read as %s, and %s was asked for; give the name the ending %s", ext, known, format, format.extension())
	case known != "" && packing != Plain && packing != packed:
		return "", "", fmt.Errorf("the file is to be packed, and its name does not say so; end it with %s%s", ext, packing.extension())
	}
	format, packing = orElse(format, known), orElse(packing, packed)
	if format == Parquet && packing != Plain {
		return "", "", errPackedParquet
	}
	return format, packing, nil
}

// suits reports whether a file whose ending is that of one format may have another. JSON
// lines are often called .json, tables with tabs .csv, and anything that is text .txt.
func suits(known, format Format) bool {
	class := map[Format]int{JSONLines: 1, JSONArray: 1, CSV: 2, TSV: 2, Parquet: 3}
	return class[known] == class[format] || known == Text && format != Parquet || format == Raw
}

// extension is that of files of a format.
func (f Format) extension() string {
	if f == Text || f == Lines {
		return ".txt"
	}
	return "." + string(f)
}

func (p Packing) extension() string {
	switch p {
	case Gzip:
		return ".gz"
	case Zstd:
		return ".zst"
	}
	return ""
}
