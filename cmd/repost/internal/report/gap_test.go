package report

import "testing"

func TestGap(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"2019-03-05", "2020-08-06T10:00:00", "17 months"},
		{"2020-08-04", "2019-03-05", "16 months"},
		{"2016-02-29", "2020-02-28", "3 years"},
		{"2020-01-01", "2020-05-01", ""},
		{"2020-01-01", "", ""},
		{"2020-13-45", "2010-01-01", ""},
	} {
		if got := Gap(c.a, c.b); got != c.want {
			t.Errorf("from %s to %s: %q, want %q", c.a, c.b, got, c.want)
		}
	}
}
