package ingest

import "github.com/parquet-go/parquet-go"

// Original is a record as it stood in its file, for writing it again.
type Original struct {
	Format string  // a name of Formats
	Bytes  []byte  // of the record, as in row.raw: no line end but that of a line of text, no comma of an array
	Length int64   // of the record in the unpacked file, from Origin.Byte on; 0 if that is not known
	Fields []Field // all of them, typed, in the order of the file
	// Around are those of Fields that do not stand in Bytes: the key under which an object of
	// objects has the record, what the line before it in a bulk file says.
	Around []Field
	// Folders are columns that the path of the file has (source=Alpha/year=2024/), as Hive and
	// Spark write tables: they are not in Fields.
	Folders []Field
	// Action is that line of a bulk file of Elasticsearch, without its end: {"index":{"_id":"7"}}.
	Action []byte
	// Inside says that the record stands in an object that holds other things too, or in a list of
	// it, and not in the list that is the whole file: JSON.
	Inside bool
	// Unclosed says that a quote of a row of a table is not closed, so that Bytes would take the next
	// rows with them.
	Unclosed bool
	// CRLF says that the line of a record of JSON ends in CR LF.
	CRLF bool
	// Row is the record of a Parquet file: its values and their levels.
	Row parquet.Row
	// Header is what the format keeps once for all records of a file: the names of the
	// columns of a table, its delimiter (TableHeader); JSONHeader; *ParquetFile. Records of one file
	// share one value. Each format says which type it is.
	Header any
}
