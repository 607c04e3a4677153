package ingest

import (
	"strings"
	"testing"
)

// xlsxOf returns a workbook with one sheet that is shown and one that is not.
func xlsxOf(rows string) string {
	return zipOf("xl/workbook.xml", `<workbook xmlns:r="r"><workbookPr/><sheets><sheet name="s" sheetId="1" r:id="r1"/><sheet name="codes" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="165" formatCode="[Red]0.0&quot; days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml", `<sst><si><t>id</t></si><si><t>date</t></si><si><t>text</t></si><si><r><t xml:space="preserve">三座桥 </t></r><r><t>通车</t></r><rPh><t>sanzuoqiao</t></rPh></si></sst>`,
		"xl/worksheets/sheet1.xml", "<worksheet><sheetData>"+rows+"</sheetData></worksheet>", "xl/worksheets/sheet2.xml", "<worksheet/>")
}

const xlsxHeader = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>`

func odsOf(rows string) string {
	return zipOf("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", `<office:document-content><table:table table:name="s">`+rows+`</table:table></office:document-content>`)
}

const odsHeader = `<table:table-row><table:table-cell><text:p>id</text:p></table:table-cell><table:table-cell><text:p>date</text:p></table:table-cell><table:table-cell><text:p>text</text:p></table:table-cell></table:table-row>`

// TestSheets: a row is a record, as in a table of text: its cells are what they hold.
func TestSheets(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"shared strings and a date", xlsxOf(xlsxHeader + `<row r="2"><c r="A2"><v>7</v></c><c r="B2" s="1"><v>43475</v></c><c r="C2" t="s"><v>3</v></c></row>`), "7|2019-01-10|三座桥 通车"},
		{"a moment, and strings in their cells", xlsxOf(xlsxHeader + `<row><c t="inlineStr"><is><t>a</t></is></c><c s="3"><v>43475.39375</v></c><c t="str"><v>one_x000D_
two_x0041_, "three"</v></c></row>`), "a|2019-01-10T09:27:00|one\ntwoA, \"three\""},
		{"a number that is no date", xlsxOf(xlsxHeader + `<row><c><v>2.0190110E7</v></c><c/><c s="2" t="str"><v>3.5</v></c></row>`), "20190110|2019-01-10|3.5"},
		{"empty rows and cells that are left out", xlsxOf(xlsxHeader + `<row r="2"/><row r="9"><c r="C9" t="inlineStr"><is><t>x</t></is></c></row>`), "a.xlsx:1||x"},
		{"a string that is not there", xlsxOf(xlsxHeader + `<row><c><v>1</v></c><c/><c t="s"><v>99</v></c></row><row><c><v>2</v></c><c/><c t="inlineStr"><is><t>y</t></is></c></row>`), "2||y, record 1: the text is empty"},
		{"a cell that does not begin", xlsxOf(xlsxHeader + `<row>c><v>0</v></c></row><row><c t="str"><v>a</v></c><c/><c t="str"><v>x</v></c></row>`), "a||x"},
		{"cut off", xlsxOf(xlsxHeader + `<row><c t="inlineStr"><is><t>a</t></is></c><c/><c t="inlineStr"><is><t>x</t></is></c></row><row><c t="inlineStr"><is><t`), "a||x, record 2: no XML from here on"},
		{"ODS", odsOf(odsHeader + `<table:table-row><table:table-cell office:value="7.0"><text:p>7,00</text:p></table:table-cell><table:table-cell office:date-value="2019-01-10"><text:p>10.1.19</text:p></table:table-cell><table:table-cell><office:annotation><text:p>no</text:p></office:annotation><text:p>三座桥<text:s text:c="2"/>通车</text:p><text:p>二</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`), "7|2019-01-10|三座桥  通车\n二"},
		{"ODS, rows that are alike", odsOf(odsHeader + `<table:table-row table:number-rows-repeated="2"><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>`), "a.xlsx:1||x\na.xlsx:2||x"},
	} {
		recs, errs := read([]string{write(t, map[string]string{"a.xlsx": c.data})}, "", Options{})
		var got []string
		for _, r := range recs {
			got = append(got, r.Doc.ID+"|"+r.Doc.Date+"|"+r.Doc.Text)
		}
		s := strings.Join(got, "\n")
		for _, e := range errs {
			_, e, _ := strings.Cut(e.Error(), "a.xlsx: ")
			_, what, _ := strings.Cut(e, "record ")
			s += ", record " + what
		}
		if !strings.HasPrefix(s, c.want) || len(errs) == 0 && s != c.want {
			t.Errorf("%s: %s", c.name, s)
		}
	}
}

// TestSheetBombs: a few bytes that stand for a table without end are refused.
func TestSheetBombs(t *testing.T) {
	cell := `<table:table-cell table:number-columns-repeated="16384"><text:p>` + strings.Repeat("x", 1000) + `</text:p></table:table-cell>`
	for name, data := range map[string]string{
		"rows": odsOf(odsHeader + `<table:table-row table:number-rows-repeated="1048576">` + cell + `</table:table-row>`),
		"cell": xlsxOf(xlsxHeader + `<row><c t="inlineStr"><is><t>` + strings.Repeat("x", 40<<20) + `</t></is></c></row>`),
	} {
		_, errs := read([]string{write(t, map[string]string{"a.xlsx": data})}, "", Options{MaxRecord: 20 << 20})
		if len(errs) == 0 || !strings.Contains(errs[len(errs)-1].Error(), "bound of the ratio") && !strings.Contains(errs[len(errs)-1].Error(), "too long") {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

func FuzzSheets(f *testing.F) {
	fuzzWithin(f, "", func(data []byte) []byte {
		if len(data) > 0 && data[0] == 'o' {
			return []byte(odsOf(odsHeader + string(data[1:])))
		}
		return []byte(xlsxOf(string(data)))
	}, `<row>c><v>0</v></c></row>`, xlsxHeader+`<row r="2"><c r="A2"><v>7</v></c><c r="B2" s="1"><v>43475</v></c><c r="C2" t="s"><v>3</v></c></row>`,
		`o<table:table-row table:number-rows-repeated="3"><table:table-cell office:value="7.0"><text:p>7</text:p></table:table-cell><table:table-cell table:number-columns-repeated="9"><table:table><text:p>三<text:s text:c="2"/></text:p></table:table></table:table-cell></table:table-row>`)
}
