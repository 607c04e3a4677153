package main

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// statuses are command lines and their exit statuses: see the constants. OLD and NEW are
// files that differ, ONE is a document of the corpus, STORY its story.
var statuses = []struct {
	status int
	line   string
}{
	{0, "audit"}, {2, "audit ONE"},
	{0, "backup copy.repost"}, {2, "backup"},
	{0, "batch plan"}, {0, "batch documents OLD"}, {2, "batch none"}, {2, "batch documents none"}, {2, "batch"},
	{2, "bench OLD"}, {2, "bench none"},
	{1, "boilerplate"}, {1, "boilerplate --source nobody"}, {2, "boilerplate none"},
	{0, "changes"}, {1, "changes --since 2999-01-01"}, {2, "changes --since then"},
	{0, "check"}, {2, "check --corpus OLD"},
	{0, "clusters"}, {1, "clusters --grep 火车"}, {1, "clusters --source nobody"}, {1, "clusters --id alone"}, {2, "clusters --id none"},
	{0, "collate ONE"}, {0, "collate OLD NEW"}, {2, "collate none"}, {2, "collate OLD none"},
	{0, "compact"}, {2, "compact --corpus none"},
	{0, "completion bash"}, {2, "completion nu"}, {2, "completion"},
	{0, "config"}, {2, "config none"},
	{0, "dedup OLD -o out.jsonl"}, {2, "dedup none -o out.jsonl"}, {2, "dedup OLD"},
	{0, "diff OLD OLD"}, {1, "diff OLD NEW"}, {1, "diff ONE NEW"}, {2, "diff OLD none"}, {2, "diff none none"},
	{0, "eval"}, {2, "eval none"}, {2, "eval clusters none"},
	{0, "explain ONE TWO"}, {1, "explain ONE alone"}, {2, "explain ONE none"}, {2, "explain OLD none"},
	{0, "export -o docs.csv"}, {0, "export --table stories"}, {2, "export --table none"}, {2, "export"},
	{0, "find OLD"}, {1, "find OTHER"}, {2, "find none"}, {2, "find OLD none"},
	{0, "help diff"}, {2, "help none"},
	{0, "history edited"}, {1, "history ONE"}, {2, "history none"},
	{2, "import none"}, {2, "import none --corpus new.repost"}, {2, "import"},
	{0, "ingest OLD"}, {2, "ingest none"},
	{0, "man pages"}, {2, "man"},
	{2, "migrate --corpus none"},
	{2, "patch none OLD"}, {2, "patch OLD none"},
	{0, "recluster"}, {2, "recluster --corpus none"},
	{1, "rewrites"}, {2, "rewrites none"},
	{0, "rm --dry-run ONE"}, {1, "rm --source nobody"}, {2, "rm none"}, {2, "rm"},
	{0, "rules"}, {0, "relations"},
	{1, "scan OLD"}, {0, "scan OLD NEW"}, {2, "scan none"},
	{0, "show ONE"}, {0, "show STORY"}, {2, "show none"},
	{0, "sources"}, {1, "sources --source nobody"}, {2, "sources none"},
	{0, "stats"}, {2, "stats none"},
	{0, "report -q -o site"}, {2, "report"}, {2, "report -q -o site"},
	{2, "serve --corpus none"}, {2, "serve --listen nowhere"}, {0, "rules"},
	{0, ""}, {0, "--version"}, {0, "--help"}, {0, "version"}, {2, "none"}, {2, "stats --none"},
}

// TestStatus has a line for each command and each of its answers. What is named and does not
// exist is trouble for all of them, and a message says so.
func TestStatus(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("REPOST_CONFIG", "")
	files := map[string]string{
		"old.txt":   "石门河上的老木桥昨天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，两个月可以通车，这段时间过河要绕到上游三公里的公路桥。",
		"new.txt":   "石门河上的老木桥前天封了。桥面铺了四十多年的木板一块块拆下来，堆在河滩上。施工队的人说新桥用钢，三个月可以通车，这段时间过河要绕到上游三公里的公路桥。",
		"other.txt": "渡口的采沙船上个月停了。船主把发动机卸下来上了油，用帆布盖好，说等汛期过了再看。岸上的过磅房改成了小卖部，卖鱼饵和凉茶。",
	}
	lines := `{"id":"ONE","source":"甲报","date":"2025-03-01","text":"` + files["old.txt"] + `"}
{"id":"TWO","source":"乙报","date":"2025-03-02","text":"` + files["new.txt"] + `"}
{"id":"alone","date":"2025-03-02","text":"北坡茶园今年第一次用上了山顶的蓄水池。往年春旱的时候要从沟底挑水，一亩地要挑八十多担。"}
{"id":"edited","date":"2025-03-02","text":"双河镇柳湾村的晒场上，新收的紫米摊成一片。种粮大户祁连生说，今年他家三十二亩地收了两万多斤。"}
{"id":"edited","date":"2025-03-03","text":"双河镇柳湾村的晒场上，新收的紫米摊成一片。种粮大户祁连生说，今年他家三十二亩地收了三万多斤。"}
`
	files["dump.jsonl"] = lines
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	exec := func(args ...string) (status int, stdout, stderr string) {
		var out, err bytes.Buffer
		status = run(t.Context(), args, strings.NewReader(""), &out, &err)
		return status, out.String(), err.String()
	}
	if status, _, stderr := exec("ingest", "-q", "dump.jsonl"); status != done {
		t.Fatal(stderr)
	}
	_, out, _ := exec("clusters", "--id", "ONE")
	story, _, _ := strings.Cut(out, " ")

	untested := map[string]bool{}
	a := &app{stdout: bufio.NewWriter(&bytes.Buffer{})}
	for _, c := range a.root().Commands() {
		untested[c.Name()] = true
	}
	names := strings.NewReplacer("OLD", "old.txt", "NEW", "new.txt", "OTHER", "other.txt", "STORY", story)
	for _, c := range statuses {
		args := strings.Fields(names.Replace(c.line))
		if len(args) > 0 {
			delete(untested, args[0])
			// What one line changes the next one does not find.
			if slices.Contains([]string{"compact", "ingest", "recluster"}, args[0]) && c.status == done {
				corpus, err := os.ReadFile("corpus.repost")
				if err != nil || os.WriteFile("spare.repost", corpus, 0o666) != nil {
					t.Fatal(err)
				}
				args = append(args, "--corpus", "spare.repost")
			}
		}
		status, stdout, stderr := exec(args...)
		if status != c.status {
			t.Errorf("repost %s: status %d, want %d\n%s%s", c.line, status, c.status, stdout, stderr)
		}
		if status == trouble && !strings.HasPrefix(stderr, "repost: ") {
			t.Errorf("repost %s: trouble, and no message but %q", c.line, stderr)
		}
	}
	for name := range untested {
		t.Errorf("repost %s has no line", name)
	}
}
