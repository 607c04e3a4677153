package shingle_test

import (
	"fmt"

	"repost/shingle"
)

func Example() {
	const text = "２０１３年，GDP增長 7.7％"
	rules := shingle.Rules{}
	for _, u := range rules.Cut(nil, text) {
		s := u.Span()
		fmt.Printf("%s→%s ", s.Of(text), rules.FoldString(s.Of(text)))
	}
	// Output: ２０１３→2013 年→年 GDP→gdp 增→增 長→长 7→7 7→7
}
