package report

import (
	"regexp"
	"strings"
)

// moment is a date with a time as documents have it.
var moment = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$`)

// When is a date as a reader writes it: 2024-05-01 18:30 +08:00.
func When(date string) string {
	m := moment.FindStringSubmatch(date)
	if m == nil {
		return Label(date)
	}
	zone := m[3]
	if zone == "Z" {
		zone = "UTC"
	}
	return strings.TrimSpace(m[1] + " " + m[2] + " " + zone)
}
