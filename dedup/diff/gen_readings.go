//go:build ignore

// Gen_readings writes readings.txt and hanja.txt from the Unihan database:
//
//	go run gen_readings.go gen_unihan.go /usr/share/unicode/Unihan_Readings.txt.bz2 /usr/share/unicode/Unihan_OtherMappings.txt.bz2
//
// Debian's package unicode-data installs those files. A line holds a character of JIS X
// 0208 and its readings in hiragana, the native ones (kJapaneseKun) before the sign | and
// those from Chinese (kJapaneseOn) after it; one of hanja.txt holds a
// syllable of Hangul and the characters of KS X 1001 that are read so (kHangul).
package main

import (
	"bytes"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

const syllables = `a あ i い u う e え o お ka か ki き ku く ke け ko こ sa さ shi し su す se せ so そ ta た chi ち tsu つ te て to と
	na な ni に nu ぬ ne ね no の ha は hi ひ fu ふ he へ ho ほ ma ま mi み mu む me め mo も ya や yu ゆ yo よ
	ra ら ri り ru る re れ ro ろ wa わ wi い we え wo を ga が gi ぎ gu ぐ ge げ go ご za ざ ji じ zu ず ze ぜ zo ぞ
	da だ di じ du ず de で do ど ba ば bi び bu ぶ be べ bo ぼ pa ぱ pi ぴ pu ぷ pe ぺ po ぽ
	kya きゃ kyu きゅ kyo きょ sha しゃ shu しゅ sho しょ cha ちゃ chu ちゅ cho ちょ nya にゃ nyu にゅ nyo にょ
	hya ひゃ hyu ひゅ hyo ひょ mya みゃ myu みゅ myo みょ rya りゃ ryu りゅ ryo りょ gya ぎゃ gyu ぎゅ gyo ぎょ
	ja じゃ ju じゅ jo じょ bya びゃ byu びゅ byo びょ pya ぴゃ pyu ぴゅ pyo ぴょ n ん`

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: go run gen_readings.go gen_unihan.go Unihan_Readings.txt.bz2 Unihan_OtherMappings.txt.bz2")
	}
	kana := map[string]string{}
	f := strings.Fields(syllables)
	for i := 0; i < len(f); i += 2 {
		kana[f[i]] = f[i+1]
	}
	jis := map[rune]bool{}
	each(os.Args[2], func(char rune, field string, _ []string) { jis[char] = jis[char] || field == "kJis0" })
	readings := map[string][]string{}
	for _, want := range []string{"kJapaneseKun", "kJapaneseOn"} {
		each(os.Args[1], func(char rune, field string, values []string) {
			if field == want && want == "kJapaneseOn" && jis[char] {
				readings[string(char)] = append(readings[string(char)], "|")
			}
			for _, v := range values {
				if r := hiragana(strings.ToLower(v), kana); field == want && jis[char] && r != "" && !slices.Contains(readings[string(char)], r) {
					readings[string(char)] = append(readings[string(char)], r)
				}
			}
		})
	}
	write("readings.txt", readings)
	hanja := map[string][]string{}
	each(os.Args[1], func(char rune, field string, values []string) {
		for _, v := range values {
			if hangul, source, ok := strings.Cut(v, ":"); ok && field == "kHangul" && strings.Contains(source, "0") {
				hanja[hangul] = append(hanja[hangul], string(char))
			}
		}
	})
	write("hanja.txt", hanja)
}

// write writes a table, a key and its values a line.
func write(name string, table map[string][]string) {
	var out bytes.Buffer
	for _, key := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintln(&out, key, strings.Join(table[key], " "))
	}
	if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// hiragana spells a reading in Latin letters (Hepburn), "" where it is none.
func hiragana(s string, kana map[string]string) string {
	var out strings.Builder
	for s = strings.ReplaceAll(s, "'", ""); s != ""; {
		if len(s) > 1 && s[0] == s[1] && !strings.ContainsRune("aiueon", rune(s[0])) || strings.HasPrefix(s, "tch") {
			out.WriteString("っ")
			s = s[1:]
			continue
		}
		n := min(3, len(s))
		for n > 0 && kana[s[:n]] == "" {
			n--
		}
		if n == 0 {
			return ""
		}
		out.WriteString(kana[s[:n]])
		s = s[n:]
	}
	return out.String()
}
