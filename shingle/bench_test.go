package shingle_test

import (
	"strings"
	"testing"

	"repost/shingle"
	"repost/testdata"
)

// chinese is 66 KB of news-like text: Han with full-width punctuation, figures
// and a few Latin names.
var chinese = strings.Repeat("今年72岁的村民说：“党的政策好，让我们走上致富路。”截至目前，全市共排查各类人员236672人，"+
	"累计培训80人次；GDP增长3.5%，比去年同期提高１个百分点。记者从会上了解到，各级干部深入一线，推动各项举措落地见效。\n", 240)

func BenchmarkCut(b *testing.B) {
	for name, text := range map[string]string{
		"han":     chinese,
		"english": strings.Repeat("The council said on Tuesday that 1,250 people had moved to the old town since 2019.\n", 700),
		"french":  strings.Repeat("L’été dernier, le maire a annoncé une économie de 3,5 % réalisée grâce à l’école.\n", 700),
	} {
		b.Run(name, func(b *testing.B) {
			rules := shingle.Rules{}
			dst := rules.Cut(nil, text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				dst = rules.Cut(dst[:0], text)
			}
		})
	}
}

// sets are the texts that the lanes are measured on: pages and reposts of 2.2 KB
// on average, and broadcast news of 1.4 KB.
var sets = []string{"zh-pages-dev", "xwlb-dev"}

// BenchmarkL1 is lane L1 of cmd/repost/bench.go, fold and cut, on one thread.
func BenchmarkL1(b *testing.B) {
	for _, set := range sets {
		b.Run(set, func(b *testing.B) {
			texts, bytes := testdata.MeasuringTexts(b, set, 4000)
			rules := shingle.Rules{}
			var dst []shingle.Unit
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				for _, t := range texts {
					dst = rules.Cut(dst[:0], t)
				}
			}
			b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}
