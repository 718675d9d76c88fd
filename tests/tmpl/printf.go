// printf.go writes a page of random printf calls, all of them such that wickc does not refuse them:
//
//	go run tests/tmpl/printf.go 1 1500 >tests/tmpl/pages/printf.html
//	go run tests/tmpl/golden.go tests/tmpl/pages/printf.html 1 >tests/tmpl/printf.golden
//
// The first argument is the seed, the second the number of calls.
package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
)

type value struct {
	text  string
	kind  byte // i: a number, f: a float that is whole, s: a text, b: a bool
	verbs string
}

var ints = []string{".n", ".big", ".zero", ".o.in.y", "0", "1", "-1", "7", "-128", "255", "65", "9731", "0x1F600", "55296", "1114112", "0x7f", "'\\n'", "127",
	"4096", "-9223372036854775808", "9223372036854775807", "'ü'", "173", "0o17", "1e3", "2.0"}
var texts = []string{".t", ".empty", ".o.x", `""`, `"a"`, `"äöü"`, `"a\tb\n"`, `"\"q\" '\\"`, "`raw \"x\"`", `"\xff\xc3"`, `"\u00ad\u2028\ufeff"`, `"😀\U000E0001"`,
	`"\x00\x7f\a"`, `"<b>&+"`, `(print .n .t)`, `"日本語"`}
var bools = []string{".b", ".no", "true", "(eq .n 7)"}

func pick(r *rand.Rand, list []string) string { return list[r.Intn(len(list))] }

func random(r *rand.Rand) value {
	switch r.Intn(9) {
	case 0:
		return value{pick(r, bools), 'b', "tvT"}
	case 1, 2, 3, 4:
		text := pick(r, ints)
		if text == "1e3" || text == "2.0" {
			return value{text, 'f', "vT"}
		}
		return value{text, 'i', "vdboOxXcqUT"}
	}
	return value{pick(r, texts), 's', "vsxXqT"}
}

func star(r *rand.Rand) string {
	return pick(r, []string{"0", "3", "-3", "9", ".n", ".o.in.y", "-12", "2000000", "(len .t)", ".big"})
}

func call(r *rand.Rand) string {
	var format strings.Builder
	var args []string
	for n := 1 + r.Intn(3); n > 0; n-- {
		v := random(r)
		format.WriteString(pick(r, []string{"", "a", "|", " ", "%%", "ü"}) + "%")
		for f := r.Intn(3); f > 0; f-- {
			if flag := pick(r, []string{"+", "-", "#", " ", "0"}); flag != "#" || v.kind != 'f' {
				format.WriteString(flag)
			}
		}
		switch r.Intn(6) {
		case 0, 1:
			format.WriteString(strconv.Itoa(r.Intn(14)))
		case 2:
			format.WriteString("*")
			args = append(args, star(r))
		}
		precision := r.Intn(7)
		switch {
		case v.kind == 'f':
		case precision < 2:
			format.WriteString("." + pick(r, []string{"", "0", "1", "2", "3", "7"}))
		case precision == 2:
			format.WriteString(".*")
			args = append(args, star(r))
		}
		verb := v.verbs[r.Intn(len(v.verbs))]
		if r.Intn(8) == 0 {
			format.WriteString("[" + strconv.Itoa(len(args)+1) + "]")
		}
		format.WriteByte(verb)
		args = append(args, v.text)
	}
	if r.Intn(2) == 0 {
		return fmt.Sprintf("{{printf %s %s}}", strconv.Quote(format.String()), strings.Join(args, " "))
	}
	last := len(args) - 1
	return fmt.Sprintf("{{%s | printf %s %s}}", args[last], strconv.Quote(format.String()), strings.Join(args[:last], " "))
}

func main() {
	seed, _ := strconv.ParseInt(os.Args[1], 10, 64)
	count, _ := strconv.Atoi(os.Args[2])
	r := rand.New(rand.NewSource(seed))
	fmt.Println(`{{/* wick:tmpl name="printf" types="tests/tmpl/cases.h" device="struct cases" marks="no" */ -}}`)
	for i := 1; i <= count; i++ {
		fmt.Printf("=%d=\n%s\n", i, call(r))
	}
}
