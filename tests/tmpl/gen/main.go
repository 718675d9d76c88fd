// main.go - templates and data by the thousand, through Go's html/template and through wickc: the same bytes, or both refuse.
//
//	go run tests/tmpl/gen/*.go -wickc build/host/wickc [-n templates] [-sets data sets each] [-seed number] [-bad folder] [-golden file]
//
// tests/tmpl/gen/run does that. Differences that nobody has explained (explain.go) are written to the folder -bad; then the exit
// status is 1. With -golden the templates, their data and Go's results are written, to be compared where there is no Go.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

var (
	wickc   = flag.String("wickc", "build/host/wickc", "")
	count   = flag.Int("n", 5000, "templates")
	sets    = flag.Int("sets", 20, "data sets for each")
	seed    = flag.Int64("seed", 1, "")
	only    = flag.Int("only", -1, "this template alone, with its files kept in -bad")
	badDir  = flag.String("bad", "", "where unexplained differences are written")
	golden  = flag.String("golden", "", "file to be written")
	verbose = flag.Bool("v", false, "why both refuse")
	marks   = flag.Bool("marks", false, "live pages: with the marks of their slots, which are taken out again; what no live page can be is not counted")
	perUnit = flag.Int("batch", 100, "templates in one program")
)

type result struct {
	out []byte
	err error
}

type item struct {
	number  int
	source  string
	data    [][]byte
	values  []reflect.Value
	want    []result
	parse   error  // Go refuses the template
	refused string // what wickc says against it
	broken  string // what the C compiler says against it
	got     [][]byte
}

func (it *item) name() string { return fmt.Sprintf("t%d", it.number) }

// Everything follows from the seed and the number.
func makeItem(number int) *item {
	r := rand.New(rand.NewSource(*seed*1000003 + int64(number)))
	it := &item{number: number}
	root := randomStruct(r, 3, 6+r.Intn(6))
	g := &gen{r: r, budget: 8 + r.Intn(50), wild: r.Intn(6) == 0}
	g.tidy = *marks || (!g.wild && r.Intn(4) == 0)
	g.wild = g.wild && !*marks
	it.source = g.template(root)
	tmpl, err := template.New("x").Parse(it.source)
	it.parse = err
	for i := 0; i < *sets; i++ {
		v := root.value(r, i == 0)
		it.data = append(it.data, root.toJSON(v))
		it.values = append(it.values, v)
		if err != nil {
			continue
		}
		it.want = append(it.want, execute(tmpl, v))
	}
	return it
}

func execute(tmpl *template.Template, v reflect.Value) (res result) {
	var out bytes.Buffer
	defer func() { // html/template itself can fall over
		if p := recover(); p != nil {
			res = result{err: fmt.Errorf("panic: %v", p)}
		}
	}()
	err := tmpl.Execute(&out, v.Interface())
	return result{out.Bytes(), err}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// wickc on one template. The C stays in the folder if it is accepted.
func (it *item) compile(dir string) {
	base := filepath.Join(dir, it.name())
	args := []string{"preview", base + ".html"}
	if !*marks {
		args = append(args, "--no-marks")
	}
	must(os.WriteFile(base+".html", []byte(it.source), 0o666))
	for i, data := range it.data {
		file := fmt.Sprintf("%s_%d.json", base, i)
		must(os.WriteFile(file, data, 0o666))
		args = append(args, file)
	}
	said, err := exec.Command(*wickc, append(args, "--c", base+".c", "--name", it.name())...).CombinedOutput()
	if err != nil {
		it.refused = string(said) + err.Error()
		if len(said) == 0 || strings.Contains(err.Error(), "signal") {
			it.refused = "CRASH " + it.refused
		}
		return
	}
	cc := exec.Command("gcc", "-std=gnu11", "-w", "-O0", "-I"+include(), "-c", "-o", base+".o", base+".c")
	if said, err := cc.CombinedOutput(); err != nil {
		it.broken = string(said) + err.Error()
	}
}

func include() string { return filepath.Join(filepath.Dir(*wickc), "preview", "include") }

// One program from all of them; it prints every result.
func runBatch(items []*item, dir string) {
	var decl, table strings.Builder
	args := []string{"-std=gnu11", "-w", "-I" + include(), "-Itests/tmpl/gen", "-o", filepath.Join(dir, "run"), filepath.Join(dir, "table.c"), "tests/tmpl/gen/run.c"}
	byName := map[string]*item{}
	for _, it := range items {
		it.compile(dir)
		if it.refused == "" && it.broken == "" {
			fmt.Fprintf(&decl, "extern const struct preview_table preview_%s;\n", it.name())
			fmt.Fprintf(&table, "    { \"%s\", &preview_%s },\n", it.name(), it.name())
			args = append(args, filepath.Join(dir, it.name()+".o"))
			byName[it.name()] = it
		}
	}
	must(os.WriteFile(filepath.Join(dir, "table.c"), []byte("#include \"run.h\"\n"+decl.String()+"const struct run_row run_rows[] = {\n"+table.String()+"    { 0 }\n};\n"), 0o666))
	args = append(args, filepath.Join(filepath.Dir(*wickc), "preview", "libwick_tmpl.a"))
	if said, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		must(fmt.Errorf("%s%w", said, err))
	}
	var stderr bytes.Buffer
	cmd := exec.Command(filepath.Join(dir, "run"))
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		fmt.Fprintf(os.Stderr, "the program of templates %d.. ends with %v: %s\n", items[0].number, err, stderr.String())
	}
	for len(out) > 0 { // "t12 0 345\n" + 345 bytes + "\n"
		line := bytes.IndexByte(out, '\n')
		var name string
		var set, size int
		if _, err := fmt.Sscanf(string(out[:line]), "%s %d %d", &name, &set, &size); err != nil {
			must(err)
		}
		if size < 0 {
			byName[name].got = append(byName[name].got, nil)
			out = out[line+2:]
			continue
		}
		byName[name].got = append(byName[name].got, stripped(out[line+1:line+1+size]))
		out = out[line+1+size+1:]
	}
}

var setsVariable = regexp.MustCompile(`\$[a-z_]+ = `)

// The line feed after <textarea> and <pre>, which browsers drop: live pages have one of their own before a value.
var firstLine = regexp.MustCompile(`(?i)(<(?:textarea|pre|listing)[^>]*>)\n`)

func withoutFirstLine(out []byte) []byte {
	if *marks && out != nil {
		return firstLine.ReplaceAll(out, []byte("$1"))
	}
	return out
}

// The bytes without the marks of slots.
func stripped(out []byte) []byte {
	if *marks {
		for _, mark := range []string{"<!---->", "<!--/-->", " data-w"} {
			out = bytes.ReplaceAll(out, []byte(mark), nil)
		}
	}
	out = withoutFirstLine(out)
	return append([]byte{}, out...) // nil is for what did not fit
}

type report struct {
	templates, pairs, equal, bothRefuse, unexplained int
	class                                            map[string]int
	example                                          map[string]int
}

func (rep *report) add(class string, number int) {
	rep.class[class]++
	if _, ok := rep.example[class]; !ok {
		rep.example[class] = number
	}
}

func (rep *report) bad(it *item, set int, why string) {
	rep.unexplained++
	rep.add("UNEXPLAINED: "+strings.SplitN(why, "\n", 2)[0], it.number)
	if *badDir == "" {
		return
	}
	base := filepath.Join(*badDir, fmt.Sprintf("%s_%d", it.name(), set))
	_ = os.WriteFile(base+".html", []byte(it.source), 0o666)
	_ = os.WriteFile(base+".json", it.data[set], 0o666)
	_ = os.WriteFile(base+".why", []byte(why+"\n"), 0o666)
	if set < len(it.want) {
		_ = os.WriteFile(base+".want", it.want[set].out, 0o666)
	}
	if set < len(it.got) {
		_ = os.WriteFile(base+".got", it.got[set], 0o666)
	}
}

func (rep *report) judge(it *item) {
	rep.templates++
	for set := range it.data {
		rep.pairs++
		goErr := it.parse
		if goErr == nil {
			goErr = it.want[set].err
		}
		why := ""
		switch {
		case it.broken != "":
			why = "the C does not compile: " + firstError(it.broken)
		case it.refused != "" && strings.HasPrefix(it.refused, "CRASH"):
			why = it.refused
		case it.refused != "" && goErr != nil:
			rep.bothRefuse++
			if *verbose {
				rep.add("both refuse: "+kindOf(goErr), it.number)
			}
		case it.refused != "":
			if class := explainRefusal(it); class != "" {
				rep.add("wickc refuses: "+class, it.number)
			} else {
				why = "wickc refuses, Go does not: " + firstError(it.refused)
			}
		case set >= len(it.got):
			why = "no result"
		case goErr != nil && it.got[set] == nil:
			rep.bothRefuse++
		case goErr != nil:
			if class := explainGoError(it, goErr); class != "" {
				rep.add("Go refuses: "+class, it.number)
			} else {
				why = "Go refuses, wickc does not: " + goErr.Error()
			}
		case it.got[set] == nil && setsVariable.MatchString(it.source):
			rep.add("a page that is full: typed content of more than 511 bytes in a variable that changes", it.number)
		case it.got[set] != nil && setsVariable.MatchString(it.source) && bytes.Contains(it.got[set], []byte("\u2026")) && len(it.want[set].out) > 511:
			rep.add("a text of more than 511 bytes in a variable that changes is cut", it.number)
		case it.got[set] != nil && bytes.Equal(it.got[set], withoutFirstLine(it.want[set].out)):
			rep.equal++
		default:
			why = "other bytes"
			if class := explainBytes(it, set); class != "" {
				rep.add("other bytes: "+class, it.number)
				why = ""
			}
		}
		if why != "" && it.parse == nil && set < len(it.got) && strings.Contains(it.source, "template ") {
			again := executeUnshared(it.source, it.values[set])
			if again.err == nil && bytes.Equal(withoutFirstLine(again.out), it.got[set]) {
				rep.add("Go takes the end of a template that it met before for its beginning (unshare.go)", it.number)
				why = ""
			}
		}
		if why != "" {
			rep.bad(it, set, why)
		}
	}
}

// Go's message without what differs from case to case.
func kindOf(err error) string {
	text := regexp.MustCompile(`^(html/)?template: ?x?[0-9:]*:? ?`).ReplaceAllString(err.Error(), "")
	text = regexp.MustCompile(`"[^"]*"|<[^>]*>|\{.*|field .*|[0-9]+`).ReplaceAllString(text, "_")
	if len(text) > 90 {
		text = text[:90]
	}
	return text
}

func firstError(text string) string {
	for _, line := range strings.Split(text, "\n") {
		if i := strings.Index(line, "error: "); i >= 0 {
			return line[i+7:]
		}
	}
	return text
}

func main() {
	flag.Parse()
	start := time.Now()
	top, err := os.MkdirTemp("", "wick-gen-")
	must(err)
	defer os.RemoveAll(top)
	if *badDir != "" {
		must(os.MkdirAll(*badDir, 0o777))
	}
	rep := &report{class: map[string]int{}, example: map[string]int{}}
	var mutex sync.Mutex
	var wait sync.WaitGroup
	var kept []*item
	from, to := 0, *count
	if *only >= 0 {
		from, to = *only, *only+1
	}
	batches := make(chan int)
	for w := 0; w < runtime.NumCPU(); w++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for first := range batches {
				var items []*item
				for i := first; i < first+*perUnit && i < to; i++ {
					items = append(items, makeItem(i))
				}
				dir := filepath.Join(top, fmt.Sprint(first))
				must(os.Mkdir(dir, 0o777))
				runBatch(items, dir)
				must(os.RemoveAll(dir))
				mutex.Lock()
				for _, it := range items {
					if *marks && it.refused != "" {
						rep.class["not a live page: "+regexp.MustCompile("\"[^\"]*\"|<[^>]*>|[0-9]+").ReplaceAllString(firstError(it.refused), "_")]++
						continue
					}
					rep.judge(it)
					if *golden != "" {
						kept = append(kept, it)
					}
				}
				mutex.Unlock()
			}
		}()
	}
	for first := from; first < to; first += *perUnit {
		batches <- first
	}
	close(batches)
	wait.Wait()
	if *golden != "" {
		sort.Slice(kept, func(i, j int) bool { return kept[i].number < kept[j].number })
		must(writeGolden(*golden, kept))
	}
	fmt.Printf("seed %d: %d templates, %d pairs: %d equal, %d refused by both, %d explained, %d unexplained; %.0f s\n", *seed, rep.templates, rep.pairs,
		rep.equal, rep.bothRefuse, rep.pairs-rep.equal-rep.bothRefuse-rep.unexplained, rep.unexplained, time.Since(start).Seconds())
	var classes []string
	for class := range rep.class {
		classes = append(classes, class)
	}
	sort.Slice(classes, func(i, j int) bool { return rep.class[classes[i]] > rep.class[classes[j]] })
	for _, class := range classes {
		fmt.Printf("%7d  %s (template %d)\n", rep.class[class], class, rep.example[class])
	}
	if rep.unexplained > 0 {
		os.RemoveAll(top)
		os.Exit(1)
	}
}

const goldenMax = 10000 // bytes of a template with its data and results

// One template a line: {"t": template, "d": [data as text], "w": [what Go prints, or null where it refuses], "r": wickc refuses}
func writeGolden(path string, items []*item) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	packed, _ := gzip.NewWriterLevel(file, gzip.BestCompression)
	out := json.NewEncoder(packed)
	out.SetEscapeHTML(false)
	for _, it := range items {
		size := len(it.source)
		line := struct {
			T string    `json:"t"`
			D []string  `json:"d"`
			W []*string `json:"w"`
			R bool      `json:"r"`
		}{T: it.source, R: it.refused != ""}
		for set := range it.data {
			line.D = append(line.D, string(it.data[set]))
			size += len(it.data[set])
			var want *string
			if it.parse == nil && it.want[set].err == nil && utf8.Valid(it.want[set].out) {
				text := string(it.want[set].out)
				want = &text
				size += len(text)
			}
			line.W = append(line.W, want)
		}
		if size > goldenMax {
			continue
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return file.Close()
}
