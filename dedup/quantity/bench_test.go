package quantity

import (
	"strings"
	"testing"
)

func BenchmarkIn(b *testing.B) {
	text := strings.Repeat("今年前9个月，全市完成投资37.5亿元，同比增长8.2%，新开工项目十二个，The city spent $3.4m on two bridges. ", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		In(text)
	}
}
