// verify.go confirms with Go what the .txt files of this folder say about Go; made for Go 1.27.3 (get brings it). The tests need no Go.
//
//	$(tests/tmpl/go/get) run tests/tmpl/go/verify.go
//
// The files are read by lines; in every value ‹0a0d› stands for bytes in hex.
//
//	table NAME ROWS CASES   the following CASES belong to this table of Go's tests, which has so many ROWS; a row that checks two
//	                   things, or one thing with nine values, makes as many cases
//	data JSON          before the first case: of all cases of the table; in a case: its own.
//	                   {"$html":"..."} is a text of type HTML, {"$uint":1} an unsigned number; an object is a struct.
//	case NAME
//	tmpl TEXT          else as in the case before
//	also TEXT          a second file, read after the first
//	want TEXT          what html/template prints
//	refuse TEXT        it does not; this is part of what it says instead
//	state WORDS        the context at the end of tmpl
//	safer TEXT         after want: what we print on purpose instead, since Go's bytes are not safe (docs/templates.md)
//	except REASON      cannot be said in our language
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

type kase struct {
	at, name, tmpl, also, data string
	kind, want                 string // want, refuse, state, except
}

var failed int

func fail(at, format string, args ...any) {
	failed++
	fmt.Printf("%s: %s\n", at, fmt.Sprintf(format, args...))
}

var hexBytes = regexp.MustCompile("‹([0-9a-f]+)›")

func plain(text string) string {
	return hexBytes.ReplaceAllStringFunc(text, func(s string) string {
		b, err := hex.DecodeString(strings.Trim(s, "‹›"))
		if err != nil {
			panic(err)
		}
		return string(b)
	})
}

func read(path string) []kase {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	var cases []kase
	var table, data, tmpl string
	count, got := 0, 0
	end := func() {
		if count != got {
			fail(path, "table %s has %d cases, not %d", table, got, count)
		}
	}
	for i, line := range strings.Split(string(text), "\n") {
		word, val, _ := strings.Cut(line, " ")
		val = plain(val)
		at := fmt.Sprintf("%s:%d", path, i+1)
		k := &kase{}
		if len(cases) > 0 {
			k = &cases[len(cases)-1]
		}
		switch word {
		case "", "#":
		case "table":
			end()
			word := strings.Fields(val)
			var rows int
			rows, err = strconv.Atoi(word[len(word)-2])
			if err == nil {
				count, err = strconv.Atoi(word[len(word)-1])
			}
			if err != nil {
				panic(err)
			}
			table, data, got = strings.Join(word[:len(word)-2], " "), "", 0
			checkRows(at, table, rows)
			named += table + "\n"
		case "case":
			got++
			named += val + "\n"
			cases = append(cases, kase{at: at, name: val, tmpl: tmpl, data: data})
		case "tmpl":
			tmpl, k.tmpl = val, val
		case "also":
			k.also = val
		case "data":
			if got == 0 {
				data = val
			} else {
				k.data = val
			}
		case "safer":
			if k.kind != "want" && k.kind != "state" || k.want == val {
				fail(at, "safer than what?")
			}
		case "want", "refuse", "state", "except":
			if k.kind != "" {
				fail(at, "a second result")
			}
			k.kind, k.want = word, val
		default:
			fail(at, "what is %q?", word)
		}
	}
	end()
	return cases
}

// --- JSON -> Go values with types -------------------------------------------------------------------------------------------

func decode(d *json.Decoder) any {
	tok, err := d.Token()
	if err != nil {
		panic(err)
	}
	switch tok := tok.(type) {
	case json.Delim:
		var list []any
		var names []string
		for d.More() {
			if tok == '{' {
				names = append(names, decode(d).(string))
			}
			list = append(list, decode(d))
		}
		if _, err := d.Token(); err != nil {
			panic(err)
		}
		if tok == '{' {
			return objectOf(names, list)
		}
		return sliceOf(list)
	case json.Number:
		n, err := tok.Int64()
		if err != nil {
			panic(err)
		}
		return int(n)
	default:
		return tok
	}
}

func sliceOf(list []any) any {
	elem := reflect.TypeOf("")
	if len(list) > 0 {
		elem = reflect.TypeOf(list[0])
	}
	s := reflect.MakeSlice(reflect.SliceOf(elem), 0, len(list))
	for _, v := range list {
		s = reflect.Append(s, reflect.ValueOf(v))
	}
	return s.Interface()
}

var typed = map[string]func(any) any{
	"$html":   func(v any) any { return template.HTML(v.(string)) },
	"$attr":   func(v any) any { return template.HTMLAttr(v.(string)) },
	"$url":    func(v any) any { return template.URL(v.(string)) },
	"$js":     func(v any) any { return template.JS(v.(string)) },
	"$jsstr":  func(v any) any { return template.JSStr(v.(string)) },
	"$css":    func(v any) any { return template.CSS(v.(string)) },
	"$srcset": func(v any) any { return template.Srcset(v.(string)) },
	"$uint":   func(v any) any { return uint(v.(int)) },
}

// A struct; a map where the names are none of a Go struct.
func objectOf(names []string, vals []any) any {
	if len(names) == 1 && typed[names[0]] != nil {
		return typed[names[0]](vals[0])
	}
	isStruct := true
	fields := make([]reflect.StructField, len(names))
	m := map[string]any{}
	for i, name := range names {
		isStruct = isStruct && name[0] >= 'A' && name[0] <= 'Z'
		fields[i] = reflect.StructField{Name: name, Type: reflect.TypeOf(vals[i])}
		m[name] = vals[i]
	}
	if !isStruct {
		return m
	}
	s := reflect.New(reflect.StructOf(fields)).Elem()
	for i := range vals {
		s.Field(i).Set(reflect.ValueOf(vals[i]))
	}
	return s.Interface()
}

// --- Go ---------------------------------------------------------------------------------------------------------------------

func run(k *kase) (string, error) {
	var dot any
	if k.data != "" && k.kind != "state" {
		d := json.NewDecoder(strings.NewReader(k.data))
		d.UseNumber()
		dot = decode(d)
	}
	t, err := template.New("page").Parse(k.tmpl)
	if err == nil && k.also != "" {
		_, err = t.Parse(k.also)
	}
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = t.Execute(&out, dot)
	return out.String(), err
}

func check(k *kase) {
	if k.kind == "except" {
		return
	}
	out, err := run(k)
	said := fmt.Sprint(err)
	switch k.kind {
	case "want":
		if err != nil || out != k.want {
			fail(k.at, "%s: Go prints %q (%v)", k.name, out, err)
		}
	case "refuse":
		if err == nil || k.want == "" || !strings.Contains(said, k.want) {
			fail(k.at, "%s: Go says %s", k.name, said)
		}
	case "state":
		if err == nil {
			said = "{stateText delimNone urlPartNone jsCtxRegexp [] attrNone elementNone <nil>}"
		}
		if !strings.Contains(said, "{"+k.want+" <nil>}") {
			fail(k.at, "%s: Go says %s", k.name, said)
		}
	default:
		fail(k.at, "%s has no result", k.name)
	}
}

// --- Go's tests -------------------------------------------------------------------------------------------------------------

var named string              // all tables and cases
var rowsOf = map[string]int{} // "html/template.TestEscape" -> rows of its table

// The longest list in what a test function holds or names.
func readTests(dir string) {
	files, err := parser.ParseDir(token.NewFileSet(), filepath.Join(runtime.GOROOT(), "src", dir), nil, 0)
	if err != nil {
		panic(err)
	}
	global := map[string]int{}
	longest := func(n ast.Node) (rows int) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if _, isList := n.Type.(*ast.ArrayType); isList && len(n.Elts) > rows {
					rows = len(n.Elts)
				}
			case *ast.Ident:
				if global[n.Name] > rows {
					rows = global[n.Name]
				}
			}
			return true
		})
		return rows
	}
	var functions, helpers []*ast.FuncDecl
	for _, pkg := range files {
		for name, file := range pkg.Files {
			for _, d := range file.Decls {
				f, isFunc := d.(*ast.FuncDecl)
				if isFunc && strings.HasPrefix(f.Name.Name, "Test") && strings.HasSuffix(name, "_test.go") {
					functions = append(functions, f)
				} else if isFunc && strings.HasPrefix(f.Name.Name, "testParse") {
					helpers = append(helpers, f)
				} else if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
					for _, s := range g.Specs {
						if v := s.(*ast.ValueSpec); len(v.Values) == 1 {
							global[v.Names[0].Name] = longest(v.Values[0])
						}
					}
				}
			}
		}
	}
	for _, f := range helpers {
		global[f.Name.Name] = longest(f)
	}
	for _, f := range functions {
		rowsOf[dir+"."+f.Name.Name] = longest(f)
	}
}

func checkRows(at, table string, rows int) {
	if want, is := rowsOf[table]; is && want != rows {
		fail(at, "Go's table has %d rows", want)
	} else if !is && !strings.Contains(table, ": ") {
		fail(at, "Go has no such test")
	}
}

func main() {
	for _, dir := range []string{"html/template", "text/template", "text/template/parse"} {
		readTests(dir)
	}
	files, _ := filepath.Glob("tests/tmpl/go/*.txt")
	sum := map[string]int{}
	for _, path := range files {
		of := map[string]int{}
		for _, k := range read(path) {
			check(&k)
			of[k.kind]++
			sum[k.kind]++
		}
		fmt.Println(path, of)
	}
	for test := range rowsOf {
		if name := test[strings.LastIndex(test, ".")+1:]; !regexp.MustCompile(name + "\\b").MatchString(named) {
			fail("tests/tmpl/go", "%s is missing", test)
		}
	}
	fmt.Println("all", sum, "wrong:", failed)
	if failed > 0 || len(files) == 0 {
		os.Exit(1)
	}
}
