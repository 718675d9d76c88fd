// expr.go - random expressions of a wanted type.
package main

import (
	"fmt"
	"math/rand"
	"strconv"
	"strings"
)

type variable struct {
	name string
	t    *typ
}

// What can be named at a place of the template.
type scope struct {
	dot, dollar *typ
	vars        []variable
	loops       int  // ranges around
	inLoop      bool // break and continue are possible
	noBreak     bool // in the else of a range
}

type gen struct {
	r       *rand.Rand
	budget  int // nodes that may still be written
	defines []define
	bodies  strings.Builder
	wild    bool // expressions with wrong types, too
	tidy    bool // what a live page may be: whole elements, rows with keys
}

type define struct {
	name  string
	t     *typ
	place place
}

func (g *gen) one(in int) bool { return g.r.Intn(in) == 0 }

func (g *gen) pick(list ...string) string { return list[g.r.Intn(len(list))] }

type path struct {
	text string
	t    *typ
}

// All places that can be read without functions.
func (s *scope) paths() []path {
	var all []path
	var walk func(p path, depth int)
	walk = func(p path, depth int) {
		all = append(all, p)
		if p.t.kind != kStruct || depth == 3 {
			return
		}
		for _, f := range p.t.fields {
			dot := "."
			if strings.HasSuffix(p.text, ".") {
				dot = ""
			}
			walk(path{p.text + dot + f.name, f.t}, depth+1)
		}
	}
	walk(path{".", s.dot}, 0)
	if s.dollar != s.dot {
		walk(path{"$", s.dollar}, 0)
	}
	seen := map[string]bool{}
	for i := len(s.vars) - 1; i >= 0; i-- {
		if !seen[s.vars[i].name] {
			seen[s.vars[i].name] = true
			walk(path{s.vars[i].name, s.vars[i].t}, 0)
		}
	}
	return all
}

func (g *gen) path(s *scope, want func(*typ) bool) (path, bool) {
	var fit []path
	for _, p := range s.paths() {
		if want(p.t) {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 {
		return path{}, false
	}
	p := fit[g.r.Intn(len(fit))]
	if g.one(30) && strings.HasPrefix(p.text, ".") && len(p.text) > 1 && s.dot == s.dollar {
		p.text = "$" + p.text
	}
	return p, true
}

func isKind(k kind) func(*typ) bool { return func(t *typ) bool { return t.kind == k } }

func isNumber(t *typ) bool { return t.kind == kInt || t.kind == kUint }

func (g *gen) literal(k kind) string {
	switch k {
	case kStr:
		text := randomText(g.r)
		if g.one(4) && !strings.ContainsAny(text, "`\r\x01") {
			return "`" + text + "`"
		}
		if strings.Contains(text, "{{") || strings.Contains(text, "}}") {
			text = "braces"
		}
		return strconv.Quote(text)
	case kBool:
		return g.pick("true", "false")
	}
	return g.pick("0", "1", "2", "3", "-1", "10", "42", "-7", "100000", "0x1F", "0b101", "0o17", "1_000", "017", "'a'", `'\n'`, "9223372036854775807", "+3")
}

// A word: what can be an argument.
func (g *gen) operand(s *scope, k kind, depth int) string {
	if g.wild && g.one(12) {
		k = kind(g.r.Intn(6))
	}
	if k < kList && depth > 0 && g.one(3) {
		return "(" + g.pipeline(s, k, depth-1) + ")"
	}
	if k < kList && g.one(6) {
		return g.literal(k)
	}
	if p, ok := g.path(s, isKind(k)); ok {
		return p.text
	}
	if k >= kList {
		return "."
	}
	return g.literal(k)
}

func (g *gen) number(s *scope, depth int) string {
	if g.one(6) {
		return g.operand(s, kUint, depth)
	}
	return g.operand(s, kInt, depth)
}

func (g *gen) scalar(s *scope, depth int) string {
	return g.operand(s, scalars[g.r.Intn(len(scalars))], depth)
}

// What {{if}} can test.
func (g *gen) condition(s *scope, depth int) string {
	switch g.r.Intn(6) {
	case 0:
		if p, ok := g.path(s, func(*typ) bool { return true }); ok {
			return p.text
		}
	case 1:
		words := []string{g.pick("and", "or")}
		for i := 1 + g.r.Intn(3); i > 0; i-- {
			words = append(words, g.scalar(s, depth-1))
		}
		return strings.Join(words, " ")
	case 2:
		return "not " + g.scalar(s, depth-1)
	case 3:
		return g.scalar(s, depth)
	}
	return g.pipeline(s, kBool, depth)
}

func (g *gen) pipeline(s *scope, k kind, depth int) string {
	if depth <= 0 {
		return g.operand(s, k, 0)
	}
	call := ""
	switch k {
	case kStr:
		call = g.textCall(s, depth)
	case kInt:
		call = g.intCall(s, depth)
	case kBool:
		call = g.boolCall(s, depth)
	}
	if call == "" {
		return g.operand(s, k, depth)
	}
	return g.piped(call)
}

// f a b, or b | f a.
func (g *gen) piped(call string) string {
	words := strings.Fields(call)
	last := len(words) - 1
	if !g.one(3) || last < 1 || strings.ContainsAny(call, "()\"`' \\") && strings.ContainsAny(call, "(\"`'") {
		return call
	}
	return words[last] + " | " + strings.Join(words[:last], " ")
}

func (g *gen) textCall(s *scope, depth int) string {
	switch g.r.Intn(13) {
	case 7:
		return "slice " + g.operand(s, kStr, depth-1) + g.pick(" 0", " 0 0", "", " 1", " 0 1", " 2", " 1 2")
	case 8:
		return g.pick("html", "js", "urlquery") + " " + g.scalar(s, depth-1)
	case 9:
		if p, ok := g.path(s, func(t *typ) bool { return t.kind == kList && t.elem.kind == kList && t.elem.elem.kind == kStr }); ok {
			return "index " + p.text + " " + g.index() + " " + g.index()
		}
	case 0:
		if g.one(4) { // lists and structs, as Go prints them
			if p, ok := g.path(s, func(t *typ) bool { return t.kind >= kList && t != s.dollar }); ok {
				return g.pick("print", "println", `printf "%v"`, `printf "%v"`) + " " + p.text
			}
		}
		return g.pick("print", "print", "println") + " " + g.scalar(s, depth-1) + " " + g.scalar(s, depth-1)
	case 1:
		return g.pick("print", "println") + " " + g.operand(s, kStr, depth-1)
	case 2, 3:
		return g.printf(s, depth-1)
	case 4:
		return g.pick("and", "or") + " " + g.operand(s, kStr, depth-1) + " " + g.operand(s, kStr, depth-1)
	case 5:
		if p, ok := g.path(s, func(t *typ) bool { return t.kind == kList && t.elem.kind == kStr }); ok {
			return "index " + p.text + " " + g.index()
		}
	case 6:
		if p, ok := g.path(s, func(t *typ) bool { return t.kind == kList && t.elem.kind == kStruct }); ok {
			for _, f := range p.t.elem.fields {
				if f.t.kind == kStr {
					return "(index " + p.text + " " + g.index() + ")." + f.name
				}
			}
		}
	}
	return ""
}

func (g *gen) index() string { return g.pick("0", "0", "0", "0", "0", "0", "0", "0", "1", "2") }

func (g *gen) printf(s *scope, depth int) string {
	format, args := "", ""
	for i := 1 + g.r.Intn(3); i > 0; i-- {
		flags := ""
		if g.one(3) {
			flags = g.pick("-", "0", "", "+", " ", "#", "+0", "-#", "# ") + fmt.Sprint(1+g.r.Intn(12))
		} else if g.one(6) {
			flags = g.pick("-", "0", "+", " ", "#", "#0")
		}
		if g.one(6) {
			flags += g.pick(".", ".0", ".1", ".3", ".12")
		}
		format += g.pick("", "a", " ", "<", "%%", "x=", "ü")
		switch g.r.Intn(5) {
		case 0:
			format += "%" + flags + g.pick("d", "d", "x", "X", "o", "O", "b", "c", "q", "U")
			args += " " + g.number(s, depth)
		case 1, 2:
			format += "%" + flags + g.pick("s", "s", "v", "q", "x", "X")
			args += " " + g.operand(s, kStr, depth)
		case 3:
			if g.one(3) {
				format += "%" + flags + "t"
				args += " " + g.operand(s, kBool, depth)
				continue
			}
			format += "%" + flags + g.pick("v", "v", "v", "T")
			args += " " + g.scalar(s, depth)
		case 4:
			format += "%" + flags + g.pick("x", "d", "v")
			args += " " + g.number(s, depth)
		}
	}
	return "printf " + strconv.Quote(format) + args
}

func (g *gen) intCall(s *scope, depth int) string {
	switch g.r.Intn(5) {
	case 4:
		return "index " + g.operand(s, kStr, depth-1) + " " + g.index()
	case 0:
		return "len " + g.operand(s, kStr, depth-1)
	case 1:
		if p, ok := g.path(s, isKind(kList)); ok {
			return "len " + p.text
		}
	case 2:
		if p, ok := g.path(s, func(t *typ) bool { return t.kind == kList && t.elem.kind == kInt }); ok {
			return "index " + p.text + " " + g.index()
		}
	case 3:
		return g.pick("and", "or") + " " + g.operand(s, kInt, depth-1) + " " + g.operand(s, kInt, depth-1)
	}
	return ""
}

func (g *gen) boolCall(s *scope, depth int) string {
	order := g.pick("eq", "ne", "lt", "le", "gt", "ge")
	switch g.r.Intn(6) {
	case 0:
		return "not " + g.operand(s, kBool, depth-1)
	case 1:
		return g.pick("and", "or") + " " + g.operand(s, kBool, depth-1) + " " + g.operand(s, kBool, depth-1)
	case 2:
		return g.pick("eq", "ne") + " " + g.operand(s, kBool, depth-1) + " " + g.operand(s, kBool, depth-1)
	case 3:
		if order == "eq" && g.one(2) {
			return "eq " + g.operand(s, kStr, depth-1) + " " + g.operand(s, kStr, depth-1) + " " + g.operand(s, kStr, depth-1)
		}
		return order + " " + g.operand(s, kStr, depth-1) + " " + g.operand(s, kStr, depth-1)
	}
	return order + " " + g.number(s, depth-1) + " " + g.number(s, depth-1)
}
