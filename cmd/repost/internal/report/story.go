package report

// Story prints a story with its members and, if it has any, their differences.
func (p *Printer) Story(s *Story) {
	if p.JSON {
		p.object(s)
		return
	}
	head := "story " + s.Cluster + "  " + Count(s.Size, "member", "members") + "  "
	p.printf("%s%s\n", p.bold(head), Cut(s.Head, p.Columns()-Width(head)))
	p.Members(s)
	for _, d := range s.Differences {
		p.printf("\n")
		p.difference(d, "  ", brief)
	}
}

// Members prints the members of a story, one a line.
func (p *Printer) Members(s *Story) {
	var rows Rows
	for _, m := range s.Members {
		mark := " "
		if m.Canonical {
			mark = "*"
		}
		rows.Add(mark, string(m.Relation), Percent(m.Coverage), Name(m.ID), Label(m.Source), Label(m.Date), Cut(Label(m.Title), 40))
	}
	p.rows("  ", rows)
}

// MemberRows appends one row for each member, the story's id first: columns to
// sort, cut and grep.
func (r *Rows) MemberRows(s *Story) {
	for _, m := range s.Members {
		canonical := "member"
		if m.Canonical {
			canonical = "canonical"
		}
		r.Add(s.Cluster, canonical, string(m.Relation), Percent(m.Coverage), Name(m.ID), Label(m.Source), Label(m.Date), Cut(Label(m.Title), 40))
	}
}

const (
	boldOn  = "\x1b[1m"
	redOn   = "\x1b[31m"
	greenOn = "\x1b[32m"
	off     = "\x1b[0m"
)

func (p *Printer) bold(s string) string { return p.paint(boldOn, s) }

func (p *Printer) paint(on, s string) string {
	if !p.Color || s == "" {
		return s
	}
	return on + s + off
}
