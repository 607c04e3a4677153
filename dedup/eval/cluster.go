package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"repost/shingle"
)

// Cluster is one answer of a detector: members that carry one story. Clusters
// may overlap; clusters of one id are one cluster where passages are scored.
type Cluster struct {
	ID      string
	Members []Member
}

// Member is a document's part in a cluster. A document may be named twice; its
// spans are then joined.
type Member struct {
	ID    string
	Spans []shingle.Span // nil is the whole text; empty but not nil is nothing
}

// ReadClusters reads one JSON object a line,
//
//	{"story":"s1","members":[{"id":"a","spans":[[0,90]]},{"id":"b"},"c"]}
//
// as `repost clusters --json` prints it; "cluster" names one too, and other fields are passed
// over. A cluster without an id is named by its place in the file, from 0.
func ReadClusters(r io.Reader, name string) ([]Cluster, error) {
	var out []Cluster
	err := eachJSON(r, name, func(c *struct {
		Story   json.RawMessage `json:"story"`
		Cluster json.RawMessage `json:"cluster"`
		Members *[]Member       `json:"members"`
	},
	) error {
		if c.Members == nil {
			return errors.New(`a cluster without "members"`)
		}
		if c.Story == nil {
			c.Story = c.Cluster
		}
		out = append(out, Cluster{clusterID(c.Story, len(out)), *c.Members})
		return nil
	})
	return out, err
}

// clusterID returns the id as written: a string, or a number's own digits.
func clusterID(raw json.RawMessage, n int) string {
	var s string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return strconv.Itoa(n)
	case json.Unmarshal(raw, &s) == nil:
		return s
	}
	return string(raw)
}

// UnmarshalJSON reads an object with id and spans, or a bare id.
func (m *Member) UnmarshalJSON(b []byte) error {
	*m = Member{}
	if bytes.HasPrefix(b, []byte{'"'}) {
		return json.Unmarshal(b, &m.ID)
	}
	var v struct {
		ID    *string        `json:"id"`
		Spans []shingle.Span `json:"spans"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	if v.ID == nil {
		return errors.New(`a member without "id"`)
	}
	m.ID, m.Spans = *v.ID, v.Spans
	return nil
}

// size returns the bytes in a union of spans.
func size(u []shingle.Span) int {
	n := 0
	for _, s := range u {
		n += s.Len()
	}
	return n
}

// intersect returns what two unions have in common, a union again.
func intersect(u, v []shingle.Span) []shingle.Span {
	var out []shingle.Span
	for len(u) > 0 && len(v) > 0 {
		if s := (shingle.Span{Lo: max(u[0].Lo, v[0].Lo), Hi: min(u[0].Hi, v[0].Hi)}); s.Lo < s.Hi {
			out = append(out, s)
		}
		if u[0].Hi < v[0].Hi {
			u = u[1:]
		} else {
			v = v[1:]
		}
	}
	return out
}

// sizeWithout returns the bytes of u that are not in v.
func sizeWithout(u, v []shingle.Span) int { return size(u) - size(intersect(u, v)) }
