package ingest

// TableHeader is Original.Header of a table of text: what its file says once.
type TableHeader struct {
	Comma   rune     // what separates cells
	Columns []string // as the header names them, or as they were named
	Header  bool     // the file has one
}
