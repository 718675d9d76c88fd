// golden.go writes what Go prints for a page of cases, once for each hostile value (with a second argument: for the first alone):
//
//	go run tests/tmpl/golden.go tests/tmpl/pages/escape.html >tests/tmpl/escape.golden
//	go run tests/tmpl/golden.go tests/tmpl/pages/language.html 1 >tests/tmpl/language.golden
//	go run tests/tmpl/golden.go tests/tmpl/pages/safe.html typed 60 >tests/tmpl/safe.golden
//	go run tests/tmpl/golden.go tests/tmpl/pages/control.html 1 >tests/tmpl/control.golden
//
// The tests need no Go: they read the .golden files. Made with Go 1.27.3 (tests/tmpl/go/get brings it).
package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"html/template"
	"math/rand"
	"os"
	"reflect"
	"strconv"
)

type m = map[string]any

// hostile values of .s
var values = []string{
	"", "abc", "a b", "<b>&\"'+=`</b>", "javascript:alert(1)", "http://x.y/z?a=b&c=d#e", "HTTPS://x", "mailto:a@b", "/p/ü/%41/%zz/%",
	"x:y", "//x:y", "?q=:", "O'Reilly & \"Söhne\"", "\x01\t\n\v\f\r\x1f\x7f", "\u2028\u2029\ufeff", "\xff\xfea\xc3", "\ufdd0\ufff0\uffff",
	"expression(x)", "ex\\70ression", "-->", "--", "</script><script>alert(1)</script>", "</title></textarea></style>", "red", "#888", "10px",
	"a\\b\\", "[x]{y}(z)$^|*.?-/", "a,b 1x, c 2x", "javascript:x 1x, /ok 2x", " x ", "onclick", "title", "Checked", "srcdoc", "data-x", "x y",
	"12345", "-1", "\U0001F600", "exprexpression", "{{.}}", "a;b:c", "\\26 x", "/*x*/", "url(x)", "%", "😀<", "httpſ:x", "srclang", "a\r\nb",
	"`${x}`", "${", "{}", "<script", "<!--", "--", "\b\f", "a\u00a0b", "url=javascript:x", ";url=data:,x", "\\u003c", "q`${}'\"/<", "/;x//", "#!", "/",
}

// more of them for typed content: markup, and pieces of it in any order
var markup = []string{
	"", "a &amp; b", "<b>x</b>", "&iexcl;<b class=\"foo\">Hello</b>, <textarea>O'World</textarea>!", "<!-- c --> d <!-- e", "<i>a</i", "a<", "I <3 it",
	"<div title=\"1>2\" x='>' y=a>b>c</div>", "<script>alert(1)</script>z", "<style>a{}</style >z", "<title>a<b</title>c", "<a b=\"", "<a \"b>c", "x\\'y\\\\\"z",
	"/p?a=b&c=d,e f%41%zz", "javascript:alert(1)", "a.png 1x, b.png 2x", " dir=\"ltr\"", "a[href =~ \"//x\"]#foo", "f(\"a\" + 'b')", "<a-b:c-><x y=z/>w",
}

func soup(r *rand.Rand) string {
	pieces := []string{"<", ">", "<b", "</b>", "</", "/", " ", "=", "'", "\"", "x", "y z", "<!--", "-->", "<title>", "</title", "</TITLE ", "<textarea ", "</textarea>",
		"<script>", "</script>", "<style", "</style\n", "&amp;", "&", "-", ":", "a=b", "\t", "+", "`", "é", "\ufdd0", "<svg:x", "<a href=\"", "\r", "1"}
	s := ""
	for n := 2 + r.Intn(9); n > 0; n-- {
		s += pieces[r.Intn(len(pieces))]
	}
	if len(s) > 60 {
		s = ""
	}
	return s
}

func min(a, b uint64) uint64 {
	if a < b {
		return a
	}
	return b
}

func max(a, b uint64) uint64 { return a + b - min(a, b) }

var funcs = template.FuncMap{
	"join": func(between string, list any) string {
		s := ""
		for v, i := reflect.ValueOf(list), 0; i < v.Len(); i++ {
			if i > 0 {
				s += between
			}
			s += fmt.Sprint(v.Index(i))
		}
		return s
	},
	"spark": func(list any) template.HTML {
		v := reflect.ValueOf(list)
		low, high, points := uint64(1<<63), uint64(0), ""
		for i := 0; i < v.Len(); i++ {
			low, high = min(low, v.Index(i).Uint()), max(high, v.Index(i).Uint())
		}
		if v.Len() == 0 {
			return ""
		}
		for i := 0; i < v.Len() || i < 2; i++ {
			y := uint64(10)
			if high > low {
				y = 20 - ((v.Index(i).Uint()-low)*20+(high-low)/2)/(high-low)
			}
			points += fmt.Sprintf(" %d,%d", i, y)
		}
		return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 %d 20" preserveAspectRatio="none" aria-hidden="true">`+
			`<polyline fill="none" stroke="currentColor" points="%s"></polyline></svg>`, max(1, uint64(v.Len()-1)), points[1:]))
	},
	"address": func(s string) template.URL { return template.URL(s) },
	"bold":    func(s string) template.HTML { return template.HTML("<b>" + s + "</b>") },
	"twice":   func(h template.HTML) template.HTML { return h + h },
}

func state(s string) m {
	row := func(name string, n int32, b bool, sub ...uint8) m { return m{"name": name, "n": n, "b": b, "sub": sub} }
	return m{"s": s, "t": "abc", "empty": "", "n": int32(7), "big": uint64(18446744073709551615), "zero": int64(0), "b": true, "no": false,
		"l": []string{"l1", "<l2>", "l+3"}, "o": m{"x": "ox", "in": m{"y": uint8(3)}},
		"rows": []m{row("r1", 1, true, 1, 2), row("r2", 2, false), row("r&3", -3, true, 9)}, "none": []uint16{}, "nums": []uint16{5, 6, 7, 0},
		"html": template.HTML(s), "attr": template.HTMLAttr(s), "url": template.URL(s), "srcset": template.Srcset(s), "js": template.JS(s),
		"jsstr": template.JSStr(s), "css": template.CSS(s), "parts": []template.HTML{template.HTML(s), ""}}
}

func main() {
	src, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	tmpl, err := template.New("x").Funcs(funcs).Parse(string(src))
	if err != nil {
		panic(err)
	}
	if len(os.Args) > 2 && os.Args[2] == "typed" {
		r := rand.New(rand.NewSource(1))
		count, _ := strconv.Atoi(os.Args[3])
		for values = markup; len(values) < count; {
			values = append(values, soup(r))
		}
	}
	for _, s := range values {
		var out bytes.Buffer
		if err := tmpl.Execute(&out, state(s)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Printf("s %s %d\n%s\n", hex.EncodeToString([]byte(s))+"-", out.Len(), out.Bytes())
		if len(os.Args) == 3 {
			break
		}
	}
}
