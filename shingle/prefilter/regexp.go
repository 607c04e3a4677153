package prefilter

import "regexp"

// Regexp is a regular expression with a filter of its own, which is asked first.
type Regexp struct {
	re     *regexp.Regexp
	filter Filter
	needs  uint64
}

// MustCompile is regexp.MustCompile.
func MustCompile(expr string) *Regexp {
	r := &Regexp{re: regexp.MustCompile(expr)}
	r.needs = r.filter.Add(expr)
	return r
}

// mayMatch reports whether s has what a match needs.
func (r *Regexp) mayMatch(s string) bool {
	return r.needs == 0 || r.filter.In(s)&r.needs == r.needs
}

// MatchString is that of regexp.Regexp, as the other methods are.
func (r *Regexp) MatchString(s string) bool { return r.mayMatch(s) && r.re.MatchString(s) }

func (r *Regexp) FindStringIndex(s string) []int {
	if !r.mayMatch(s) {
		return nil
	}
	return r.re.FindStringIndex(s)
}

func (r *Regexp) FindStringSubmatch(s string) []string {
	if !r.mayMatch(s) {
		return nil
	}
	return r.re.FindStringSubmatch(s)
}

func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	if !r.mayMatch(s) {
		return nil
	}
	return r.re.FindStringSubmatchIndex(s)
}

func (r *Regexp) FindAllString(s string, n int) []string {
	if !r.mayMatch(s) {
		return nil
	}
	return r.re.FindAllString(s, n)
}

func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if !r.mayMatch(s) {
		return nil
	}
	return r.re.FindAllStringSubmatchIndex(s, n)
}

func (r *Regexp) ReplaceAllString(s, by string) string {
	if !r.mayMatch(s) {
		return s
	}
	return r.re.ReplaceAllString(s, by)
}
