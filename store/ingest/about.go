package ingest

// Data sets keep what is said of a text in an object next to it: {"text": …, "metadata":
// {"date": …, "source": …}}. It is taken where the record itself does not say it.

// aboutNames are objects next to a text that say what it is, as data sets have them.
var aboutNames = map[string]bool{"meta": true, "metadata": true, "metainfo": true, "docmeta": true, "articlemeta": true, "extra": true,
	"info": true, "docinfo": true, "articleinfo": true, "newsinfo": true, "pub": true, "pubinfo": true}

// guessAbout takes what a record does not say next to its text from an object there.
func (r *run) guessAbout(fields []Field, p *picks) {
	for _, f := range fields {
		if !aboutNames[simple(f.Name)] {
			continue
		}
		sub, ok := object(f.Value)
		if !ok {
			continue
		}
		q := r.guess(sub, nil, f.Name+".")
		for role := range roleCount {
			if role != roleText && p.of[role].name == "" && !p.given[role] {
				p.of[role] = q.of[role]
			}
		}
	}
}
