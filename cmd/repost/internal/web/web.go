// Package web shows a corpus in a browser, and answers programs that ask for the same in
// JSON.
//
//	s := web.New(library, web.Options{})
//	err := http.Serve(listener, s)
//
// Every page has one address for both: a browser gets HTML, a program that accepts
// application/json, or adds .json to the path, the structs of package report. Pages work
// without script. What they show comes from anywhere, so that templates escape all of it
// and the policy of each page allows no script but the server's own. The package reads no
// corpus itself: see Library.
package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"repost/cmd/repost/internal/report"
	"repost/dedup/diff"
)

// ErrNotFound is the error of a Library that has no such document or story.
var ErrNotFound = errors.New("not found")

// ErrReadOnly is the error of a Library that takes nothing in.
var ErrReadOnly = errors.New("this corpus is open for reading only")

// ErrFull is the error of a Library that has no room for one more note.
var ErrFull = errors.New("there is no room for more notes")

// ErrBusy is the error of a Library that has as much to do as it takes on.
var ErrBusy = errors.New("the server is busy")

// ErrLater is the error of a Library that needs longer for an answer than a reader should
// wait for a page. It continues, and has the answer when it is asked again.
var ErrLater = errors.New("the answer is being made")

type programKey struct{}

// Program reports whether a program asks, which waits for an answer as long as it takes.
func Program(ctx context.Context) bool { return ctx.Value(programKey{}) != nil }

// Library is a corpus as it is shown. Its methods are safe for concurrent use, and end
// when ctx does.
type Library interface {
	Overview(ctx context.Context) (*Overview, error)
	Stories(ctx context.Context, q Query) (*Stories, error)
	Documents(ctx context.Context, q DocumentQuery) (*Documents, error)
	// Story returns a page of the members of a story, compared with base, or with the
	// canonical one if that is "".
	Story(ctx context.Context, id string, page int, base string) (*Story, error)
	Document(ctx context.Context, id string) (*report.Document, error)
	Difference(ctx context.Context, a, b string) (*Pair, error)
	Collation(ctx context.Context, story string, ids []string) (*report.Collation, error)
	// History returns a page of the versions of a document, the latest first.
	History(ctx context.Context, id string, page int) (*History, error)
	Find(ctx context.Context, text, sensitivity string, limit int) (*Found, error)

	// Add takes in documents, a line of JSON each, and calls answer for each of them in
	// order once it is on disk. asRead says that whoever sends them has read them, as repost ingest
	// --server does: tags and entities in a text are its words, and not HTML.
	Add(ctx context.Context, lines io.Reader, asRead bool, answer func(*Added) error) error
	Remove(ctx context.Context, id string) error
	// Changes calls fn with what became of stories after the time since, in order.
	Changes(ctx context.Context, since uint32, fn func(at uint32, change any) error) error
	// Notes returns the notes on a subject, or all if that is "", the latest first. They are
	// not the caller's to change.
	Notes(ctx context.Context, subject string) ([]Note, error)
	SetNote(ctx context.Context, n Note) error
}

// Overview is the first page.
type Overview struct {
	Name string `json:"name"` // of the corpus
	*report.Statistics
	Months  []report.Group   `json:"months"`  // by date, ascending
	Sources []report.Group   `json:"sources"` // by number of documents, the largest first
	Matrix  *report.Matrix   `json:"matrix"`
	Largest []Summary        `json:"largest"`
	Newest  []Summary        `json:"newest"`
	Carried []report.Carrier `json:"carried"`
	Silent  []SilentEdit     `json:"silent_edits"` // the latest first
}

// SilentEdit is a document whose text was changed without a word of it.
type SilentEdit struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Source      string `json:"source"`
	Date        string `json:"date"`    // of publication
	Changed     string `json:"changed"` // when it was changed in silence last, if that is known
	Versions    int    `json:"versions"`
	Substantive int    `json:"substantive"`
}

// Query says which stories are listed.
type Query struct {
	Text        string `json:"q"`      // words of titles, ids, sources
	InTexts     bool   `json:"texts"`  // and of the texts
	Source      string `json:"source"` // of a member
	Since       string `json:"since"`  // of a member's date
	Until       string `json:"until"`
	Least       int    `json:"least"` // members
	Relation    string `json:"relation"`
	Sort        string `json:"sort"` // size, new, old, sources
	Page        int    `json:"page"` // from 1
	PerPage     int    `json:"per_page"`
	Substantive bool   `json:"substantive"` // a member differs in substance from the base
	Continued   int    `json:"from"`        // a search of texts continues at this place of the order
}

// Summary is a story in a list.
type Summary struct {
	ID      string `json:"story"`
	Size    int    `json:"size"`
	Sources int    `json:"sources"`
	First   string `json:"first"` // date
	Last    string `json:"last"`
	Head    string `json:"head"`
}

// Stories is a page of a list.
type Stories struct {
	Query   Query     `json:"query"`
	Total   int       `json:"total"` // stories that fit; of a search of texts, found so far
	Stories []Summary `json:"stories"`
	// Further is where a search of texts stopped when its time was over, or 0.
	Further  int `json:"further,omitempty"`
	Searched int `json:"searched,omitempty"`
	// Unknown are the stories that may have substantive differences, and are not compared yet.
	Unknown int      `json:"unknown,omitempty"`
	Names   []string `json:"-"` // sources, to choose from
}

// Story is a page of a story: some of its members, and what is known of them.
type Story struct {
	*report.Story
	Details []Detail `json:"details"` // of each member of the page, in order of time
	Base    string   `json:"base"`    // the member that differences are counted against
	Page    int      `json:"page"`    // from 1
	Pages   int      `json:"pages"`
	Pending bool     `json:"-"` // the members are being compared
	Points  []Point  `json:"-"` // members on a time line
	Undrawn int      `json:"-"` // sources that it has no line for
}

// Detail is what a list of members shows of one.
type Detail struct {
	report.Member
	Bytes       int             `json:"bytes"`
	Compared    bool            `json:"compared"` // with the base; not all are if they are many
	Substantive int             `json:"substantive"`
	Minor       int             `json:"minor"`
	Headline    diff.Grade      `json:"headline,omitempty"` // of the change of the headline, if it differs from that of the base
	Versions    int             `json:"versions"`           // of the document: what it had before was changed
	Lineage     *report.Lineage `json:"lineage,omitempty"`
	Said        string          `json:"-"` // the lineage in words
}

// Pair is how two documents differ, and the story that both are in, or "".
type Pair struct {
	*report.Difference
	Story string  `json:"story,omitempty"`
	Heads [2]Head `json:"heads"` // of a and of b
}

// Head says whose a document is.
type Head struct {
	Title  string `json:"title"`
	Source string `json:"source"`
	Date   string `json:"date"`
}

// History is a page of the versions of a document: some that follow each other, and what
// each of them changed.
type History struct {
	*report.History
	Total int `json:"total"` // versions
	Page  int `json:"page"`  // from 1
	Pages int `json:"pages"`

	revision, from int // the one that is shown alone, by the number of its version, and from which change
}

// Found is what a text was found in.
type Found struct {
	Matches []report.Match `json:"matches"`
	More    int            `json:"more,omitempty"`
}

// Added answers a document that was taken in.
type Added struct {
	Line   int    `json:"line,omitempty"` // of what was sent, from 1; several documents may stand on one
	ID     string `json:"id"`
	Status string `json:"status"` // added, replaced, older, unchanged, refused, or failed
	Error  string `json:"error,omitempty"`
	*report.Novelty
}

// Note is what an editor says of a story, a document or a change.
type Note struct {
	Subject string    `json:"subject"` // story/ID, document/ID or change/A/B, with ids escaped as in a path
	Mark    string    `json:"mark"`    // checked, wrong, keep, or "" to take the note back
	Change  string    `json:"change"`  // its readings, of a note on one change, when it was made
	Text    string    `json:"text"`
	Time    time.Time `json:"time"`
}

// Marks are the marks of notes.
var Marks = []string{"checked", "wrong", "keep"}

// Options are of a server.
type Options struct {
	Token    string // that every request must bring; "" for none
	ReadOnly bool   // nothing is taken in and no note is made
	Static   bool   // pages are to be files of a folder: see Write
	// Timeout is how long an answer may take, and a client to read a part of a stream. 0 is
	// a minute.
	Timeout time.Duration
}

// Server is an http.Handler.
type Server struct {
	lib     Library
	opt     Options
	handler http.Handler
	limit   *limiter
	streams room // of events
	feeds   room
	bodies  room
	done    chan struct{} // closed when the server ends: streams end with it
	once    sync.Once

	linked func(address string) string // of a folder of pages: the file that an address is
}

// Close ends the streams of events.
func (s *Server) Close() { s.once.Do(func() { close(s.done) }) }

// New returns a server of a library.
func New(lib Library, opt Options) *Server {
	if opt.Timeout <= 0 {
		opt.Timeout = defaultTimeout
	}
	s := &Server{
		lib: lib, opt: opt, limit: newLimiter(), done: make(chan struct{}),
		streams: make(room, mostStreams), feeds: make(room, mostFeeds), bodies: make(room, mostBodies),
	}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.method+" "+r.path, s.route(r))
		if r.page != "" && r.path != "/{$}" {
			mux.Handle(r.method+" "+r.path+".json", s.route(r))
			if tabular[r.page] && r.method == "GET" {
				mux.Handle(r.method+" "+r.path+".csv", s.route(r))
			}
		}
	}
	mux.HandleFunc("GET /assets/{file}", s.asset)
	mux.HandleFunc("GET /login", s.login)
	s.handler = s.safe(s.matched(mux))
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// route is an address and what answers it.
type route struct {
	method, path string
	page         string // the template of its page; "" if there is JSON alone
	writes       bool   // it changes the corpus
	answer       func(s *Server, r *http.Request) (any, error)
	stream       func(s *Server, w http.ResponseWriter, r *http.Request)
}

// routes are all addresses; openapi.json describes them, which a test compares. An id is a
// parameter, not a part of the path: it may hold slashes and dots.
func (s *Server) routes() []route {
	return []route{
		{method: "GET", path: "/{$}", page: "overview", answer: (*Server).overview},
		{method: "GET", path: "/overview", page: "overview", answer: (*Server).overview},
		{method: "GET", path: "/stories", page: "stories", answer: (*Server).stories},
		{method: "GET", path: "/story", page: "story", answer: (*Server).story},
		{method: "GET", path: "/collation", page: "collation", answer: (*Server).collation},
		{method: "GET", path: "/document", page: "document", answer: (*Server).document},
		{method: "GET", path: "/history", page: "history", answer: (*Server).history},
		{method: "GET", path: "/diff", page: "difference", answer: (*Server).difference},
		{method: "GET", path: "/find", page: "find", answer: (*Server).find},
		{method: "POST", path: "/find", page: "find", answer: (*Server).find},
		{method: "GET", path: "/notes", page: "notes", answer: (*Server).notes},
		{method: "POST", path: "/notes", writes: true, stream: (*Server).setNote},
		{method: "GET", path: "/documents", page: "documents", answer: (*Server).documents},
		{method: "POST", path: "/documents", writes: true, stream: (*Server).add},
		{method: "DELETE", path: "/documents", writes: true, stream: (*Server).remove},
		{method: "GET", path: "/changes", stream: (*Server).changes},
		{method: "GET", path: "/openapi.json", stream: (*Server).openapi},
	}
}
