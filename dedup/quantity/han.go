package quantity

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Numbers in Han numerals: by place (二〇二四, 二O二四), by powers (三万五千), in the forms
// of bills (壹佰贰拾), with 廿 and 卅, as shares (百分之五, 三分之一), with decimals (三点五).

// HanNumeral reports whether r is a Han numeral, a digit or a power of ten.
func HanNumeral(r rune) bool {
	return r >= 0x3007 && (hanDigit(r) >= 0 || hanPower(r) > 0 || hanTens(r) > 0)
}

// hanDigit returns the value of a Han digit, or -1. 两 counts, and is no place.
func hanDigit(r rune) int {
	switch r {
	case '〇', '零', '○':
		return 0
	case '一', '壹', '壱', '弌':
		return 1
	case '二', '贰', '貳', '弍', '两', '兩':
		return 2
	case '三', '叁', '參', '叄', '弎':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆', '陸':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

// hanPower returns the power of ten of a character, or -1.
func hanPower(r rune) int {
	switch r {
	case '十', '拾':
		return 1
	case '百', '佰', '백':
		return 2
	case '千', '仟', '천':
		return 3
	case '万', '萬', '만':
		return 4
	case '亿', '億', '억':
		return 8
	case '兆', '조':
		return 12
	}
	return -1
}

// hanTens returns the value of 廿, 卅, 卌, or 0.
func hanTens(r rune) int {
	switch r {
	case '廿':
		return 20
	case '卅':
		return 30
	case '卌':
		return 40
	}
	return 0
}

// hanNumber reads the number in Han numerals at i.
func hanNumber(text string, i int) (number, bool) {
	if all := "百分之百"; strings.HasPrefix(text[i:], all) {
		return number{values: []*big.Rat{big.NewRat(1, 1)}, end: i + len(all), han: true}, true
	}
	if r, n := utf8.DecodeRuneInString(text[i:]); strings.HasPrefix(text[i+n:], "分之") && (r == '百' || r == '千' || r == '万') {
		over, ok := scanNumber(text, i+n+len("分之"), false)
		if strings.HasPrefix(text[min(over.end, len(text)):], "点") && over.han {
			over = point(text, over.end, over)
		}
		return over.times(pow10(-hanPower(r))), ok
	}
	j := i
	var runes []rune
	for j < len(text) && j-i < longest {
		r, n := utf8.DecodeRuneInString(text[j:])
		zero := (r == 'O' || r == 'o' || r == 'Ｏ' || r == '○') && len(runes) > 0
		if hanDigit(r) < 0 && hanPower(r) < 0 && hanTens(r) == 0 && !zero {
			break
		}
		if hanPower(r) >= 2 {
			if m, end := table().units.at(text, j); m != nil && end > j+n { // 三百千瓦
				break
			}
		}
		if zero {
			r = '〇'
		}
		runes = append(runes, r)
		j += n
	}
	if j-i >= longest {
		return number{}, false
	}
	v, ok := byPowers(runes)
	if before, _ := utf8.DecodeLastRuneInString(text[:i]); !ok && len(runes) > 1 && hanPower(runes[0]) >= 2 && !strings.ContainsRune("数數几幾上成多好수여몇", before) {
		v, ok = byPowers(append([]rune{'一'}, runes...)) // 百万, 백만
	}
	if counter, _ := utf8.DecodeRuneInString(text[skipSpace(text, j):]); !ok && len(runes) == 1 && hanPower(runes[0]) >= 2 && strings.ContainsRune("本人名个個冊枚匹台円元年次回户軒隻头頭件吨斤里米그명개원년척채권대마여", counter) {
		v, ok = pow10(hanPower(runes[0])), true // 百本, 백 그루
	}
	if !ok {
		if v, ok = byPlace(runes); !ok {
			return number{}, false
		}
	}
	n := number{values: []*big.Rat{v}, end: j, han: true}
	switch rest := text[j:]; {
	case strings.HasPrefix(rest, "分之"):
		over, ok := scanNumber(text, j+len("分之"), false)
		if ok && v.Sign() > 0 && len(over.values) == 1 {
			n.values, n.end = []*big.Rat{new(big.Rat).Quo(over.values[0], v)}, over.end
		}
	case strings.HasPrefix(rest, "点"), strings.HasPrefix(rest, "・"): // 二・四度
		n = decimals(text, j, n)
	case hanPower(runes[len(runes)-1]) >= 3: // 八万5千
		if r, _ := utf8.DecodeRuneInString(rest); digit(r) >= 0 {
			n = remainder(text, n, pow10(hanPower(runes[len(runes)-1])))
			n.han = true
		}
	}
	return n, true
}

// decimals reads 点五 after a whole number. What may be a time of day (三点十分) is left to the
// reader of times.
func decimals(text string, j int, n number) number {
	m := point(text, j, n)
	next, _ := utf8.DecodeRuneInString(text[m.end:])
	if u, _ := table().units.at(text, m.end); u == nil && hanPower(next) < 3 {
		return n
	}
	return m
}

// point reads the digits after 点, which is at j.
func point(text string, j int, n number) number {
	k, digits := j+len("点"), ""
	for k < len(text) {
		r, size := utf8.DecodeRuneInString(text[k:])
		if hanDigit(r) < 0 || r == '两' {
			break
		}
		digits += strconv.Itoa(hanDigit(r))
		k += size
	}
	if digits == "" {
		return n
	}
	part, _ := new(big.Rat).SetString("0." + digits)
	n.values, n.end = []*big.Rat{new(big.Rat).Add(n.values[0], part)}, k
	return n
}

// byPlace reads digits alone: 二〇二四.
func byPlace(runes []rune) (*big.Rat, bool) {
	var b strings.Builder
	for _, r := range runes {
		d := hanDigit(r)
		if d < 0 || r == '两' || r == '兩' {
			return nil, false
		}
		b.WriteByte('0' + byte(d))
	}
	return new(big.Rat).SetString(b.String())
}

// byPowers reads a number with powers of ten, each smaller than the one before within
// a section of 万 or 亿: 三万五千零二.
func byPowers(runes []rune) (*big.Rat, bool) {
	total, section, last := new(big.Int), int64(0), 99
	d, seen := int64(-1), false
	for k, r := range runes {
		switch p, tens := hanPower(r), hanTens(r); {
		case tens > 0:
			if d >= 0 {
				return nil, false
			}
			section, last, seen = section+int64(tens), 1, true
		case p < 0:
			if d > 0 {
				return nil, false
			}
			d, seen = int64(hanDigit(r)), true
		case p < 4:
			if p >= last {
				return nil, false
			}
			if d < 0 {
				if p > 1 && (k > 0 || len(runes) == 1 || hanDigit(runes[1]) < 0) {
					return nil, false // 百 alone is no number, 百二十 is one in Japanese
				}
				d = 1
			}
			section, last, d, seen = section+d*pow(p), p, -1, true
		default:
			if !seen {
				return nil, false
			}
			total.Add(total, big.NewInt(section+max(d, 0)))
			if p == 4 && total.Cmp(big.NewInt(1e8)) >= 0 { // 三亿五千万
				high := new(big.Int).Div(total, big.NewInt(1e8))
				low := new(big.Int).Mod(total, big.NewInt(1e8))
				total.Add(high.Mul(high, big.NewInt(1e8)), low.Mul(low, big.NewInt(1e4)))
			} else {
				total.Mul(total, big.NewInt(pow(p)))
			}
			section, last, d = 0, 4, -1
		}
	}
	return new(big.Rat).SetInt(total.Add(total, big.NewInt(section+max(d, 0)))), seen
}

func pow(p int) int64 {
	n := int64(1)
	for range p {
		n *= 10
	}
	return n
}
