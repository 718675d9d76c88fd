// html.go - random templates: elements, attributes of all kinds, scripts, styles, with actions in all of them.
package main

import (
	"fmt"
	"strings"
)

type place int

const (
	inText place = iota
	inRCDATA
	inDouble // a quoted or unquoted attribute value
	inSingle
	inUnquoted
	inURLDouble
	inURLUnquoted
	inSrcset
	inCSSAttr
	inJSAttr
	inScript
	inJSString
	inStyle
	inTag
	inLiteral // a template literal
	inMeta    // the content of a <meta>
)

func (g *gen) left() string  { return g.pick("{{", "{{", "{{", "{{", "{{", "{{", "{{- ", "{{ ") }
func (g *gen) right() string { return g.pick("}}", "}}", "}}", "}}", "}}", "}}", " -}}", " }}") }

func (g *gen) act(text string) string { return g.left() + text + g.right() }

const maxDepth = 6

// Several pieces, one after another; variables declared in them are seen after them, too.
func (g *gen) pieces(s *scope, at place, depth int) string {
	var out strings.Builder
	for n := 1 + g.r.Intn(4); n > 0 && g.budget > 0; n-- {
		g.budget--
		out.WriteString(g.piece(s, at, depth))
	}
	return out.String()
}

// The same in a variable scope of their own.
func (g *gen) block(s *scope, at place, depth int) string {
	inner := *s
	return g.pieces(&inner, at, depth)
}

func (g *gen) piece(s *scope, at place, depth int) string {
	if depth < maxDepth && g.one(3) {
		return g.control(s, at, depth)
	}
	if g.one(3) {
		return g.static(s, at, depth)
	}
	switch g.r.Intn(20) {
	case 0:
		return g.pick("{{/* a comment {{ */}}", "{{- /* and } one */ -}}")
	case 1, 2:
		return g.declare(s)
	case 3:
		if at == inText || at == inScript || at == inStyle || at == inRCDATA {
			return g.static(s, at, depth)
		}
	case 4:
		if call := g.call(s, at, depth); call != "" {
			return call
		}
	}
	if at == inTag {
		return " " + g.attribute(s, depth)
	}
	if g.wild && g.one(10) {
		return g.act(g.operand(s, kind(g.r.Intn(6)), 1))
	}
	return g.act(g.pipeline(s, scalars[g.r.Intn(len(scalars))], g.r.Intn(4)))
}

var varNames = []string{"$x", "$y", "$z", "$long_name"}

func (g *gen) declare(s *scope) string {
	if len(s.vars) > 0 && g.one(3) { // set one that is there
		v := s.vars[g.r.Intn(len(s.vars))]
		shadow := false
		for _, later := range s.vars {
			shadow = shadow || (later.name == v.name && later.t != v.t)
		}
		if !shadow && v.t.kind < kList && v.name != "$i" {
			return g.act(v.name + " = " + g.pipeline(s, v.t.kind, 2))
		}
		if p, ok := g.path(s, func(t *typ) bool { return t == v.t }); ok && !shadow && v.t.kind == kStruct {
			return g.act(v.name + " = " + p.text)
		}
	}
	name := varNames[g.r.Intn(len(varNames))]
	if p, ok := g.path(s, func(*typ) bool { return true }); ok && g.one(3) && (p.t != s.dollar || p.t != s.dot) {
		s.vars = append(append([]variable{}, s.vars...), variable{name, p.t})
		return g.act(name + " := " + p.text)
	}
	k := scalars[g.r.Intn(len(scalars))]
	text := g.pipeline(s, k, 2)
	s.vars = append(append([]variable{}, s.vars...), variable{name, &typ{kind: k}})
	return g.act(name + " := " + text)
}

// if, with, range
func (g *gen) control(s *scope, at place, depth int) string {
	end := g.act("end")
	switch g.r.Intn(9) {
	case 0, 1, 2:
		if g.one(8) {
			inner := *s
			k := scalars[g.r.Intn(len(scalars))]
			inner.vars = append(append([]variable{}, s.vars...), variable{"$c", &typ{kind: k}})
			out := g.act("if $c := "+g.pipeline(s, k, 2)) + g.block(&inner, at, depth+1)
			if g.one(2) {
				out += g.act("else") + g.block(&inner, at, depth+1)
			}
			return out + end
		}
		out := g.act("if "+g.condition(s, 2)) + g.block(s, at, depth+1)
		for g.one(3) {
			out += g.act("else if "+g.condition(s, 2)) + g.block(s, at, depth+1)
		}
		if g.one(2) {
			out += g.act("else") + g.block(s, at, depth+1)
		}
		return out + end
	case 3, 4:
		return g.with(s, at, depth) + end
	case 5:
		if s.inLoop && !(g.tidy && at == inText) {
			leave := []string{"break", "continue"}
			if s.noBreak && !g.wild {
				leave = leave[1:]
			}
			return g.act("if "+g.condition(s, 1)) + g.block(s, at, depth+1) + g.act(g.pick(leave...)) + end
		}
	}
	return g.loop(s, at, depth)
}

func (g *gen) with(s *scope, at place, depth int) string {
	inner, other := *s, *s
	p, ok := g.path(s, func(t *typ) bool { return t != s.dollar || t != s.dot })
	text := p.text
	if !ok || g.one(3) {
		p.t = &typ{kind: scalars[g.r.Intn(len(scalars))]}
		text = g.pipeline(s, p.t.kind, 2)
	}
	if g.one(3) {
		name := varNames[g.r.Intn(len(varNames))]
		inner.vars = append(append([]variable{}, s.vars...), variable{name, p.t})
		other.vars = inner.vars
		text = name + " := " + text
	}
	inner.dot = p.t
	out := g.act("with "+text) + g.block(&inner, at, depth+1)
	if g.one(2) {
		out += g.act("else") + g.block(&other, at, depth+1)
	}
	return out
}

func (g *gen) loop(s *scope, at place, depth int) string {
	p, ok := g.path(s, isKind(kList))
	if !ok || s.loops == 4 {
		return g.act(g.pipeline(s, kStr, 1))
	}
	inner := *s
	inner.dot = p.t.elem
	inner.loops++
	inner.inLoop = true
	inner.noBreak = false
	head := "range " + p.text
	switch g.r.Intn(4) {
	case 0:
		inner.vars = append(append([]variable{}, s.vars...), variable{"$e", p.t.elem})
		head = "range $e := " + p.text
	case 1:
		inner.vars = append(append([]variable{}, s.vars...), variable{"$i", &typ{kind: kInt}}, variable{"$e", p.t.elem})
		head = "range $i, $e := " + p.text
	}
	out := g.act(head)
	if g.tidy && at == inText {
		out += "<li data-key=\"{{" + key(p.t.elem) + "}}\">" + g.block(&inner, at, depth+1) + "</li>"
	} else {
		out += g.block(&inner, at, depth+1)
	}
	if g.one(3) { // there the variables are the list
		other := *s
		other.noBreak = true // Go's break there ends the else
		other.vars = append([]variable{}, s.vars...)
		for _, v := range inner.vars[len(s.vars):] {
			other.vars = append(other.vars, variable{v.name, p.t})
		}
		out += g.act("else") + g.block(&other, at, depth+1)
	}
	return out + g.act("end")
}

func key(elem *typ) string {
	switch elem.kind {
	case kStruct:
		return "." + elem.fields[0].name
	case kList:
		return "len ."
	}
	return "."
}

// A template of its own, called from here; or one that is there already.
func (g *gen) call(s *scope, at place, depth int) string {
	for _, d := range g.defines {
		if d.place == at && g.one(2) {
			if p, ok := g.path(s, func(t *typ) bool { return t == d.t }); ok {
				return g.act(fmt.Sprintf("template %q %s", d.name, p.text))
			}
		}
	}
	p, ok := g.path(s, func(*typ) bool { return true })
	if !ok || len(g.defines) > 3 || depth > 4 {
		return ""
	}
	name := fmt.Sprintf("t%d", len(g.defines))
	inner := scope{dot: p.t, dollar: p.t, loops: s.loops}
	g.defines = append(g.defines, define{name, nil, at}) // not callable from itself
	body := g.pieces(&inner, at, depth+1)
	for i := range g.defines {
		if g.defines[i].name == name {
			g.defines[i].t = p.t
		}
	}
	if s.loops > 0 { // its ranges would nest deeper elsewhere
		for i := range g.defines {
			if g.defines[i].name == name {
				g.defines[i].t = nil
			}
		}
	}
	if g.one(4) {
		return g.act(fmt.Sprintf("block %q %s", name, p.text)) + body + g.act("end")
	}
	g.bodies.WriteString(g.act(fmt.Sprintf("define %q", name)) + body + g.act("end"))
	return g.act(fmt.Sprintf("template %q %s", name, p.text))
}

func (g *gen) static(s *scope, at place, depth int) string {
	if g.wild && g.one(15) {
		return g.pick("<", "\"", "'", "<a href=", "<!--", "</script>", "<script>", "/", "`", "//", "/*", "*/", "=", " ", "<p", ">", "\\", "?", "#", "</style>", "</textarea>", "<br", "${")
	}
	switch at {
	case inText:
		return g.markup(s, depth)
	case inRCDATA:
		return g.pick("text ", "&amp;", "<b>", "a\n", "</p>", "\"")
	case inDouble:
		return g.pick("a", " b", "'", "&quot;", "=", "<", "ü", "&amp;x", "`")
	case inSingle:
		return g.pick("a", " b", "\"", "&#39;", "=", "<", "ü")
	case inUnquoted:
		return g.pick("a", "-", "&amp;", "x1", ":")
	case inURLDouble:
		return g.pick("/", "a", "?", "q=", "&amp;", "#", "http://x.y/", "javascript:", ":", "&", "%20", "'")
	case inURLUnquoted:
		return g.pick("/", "a", "?q", "#", "http:", ":", "&", "%20")
	case inSrcset:
		return g.pick("/a.png 1x, ", "x.jpg", " 2x", ", ", " ", ",", "http://x/ 100w")
	case inCSSAttr:
		return g.pick("color: red; ", "width: 1px;", "background: url(", ")", "a", ":", "; ", "content: '", "'")
	case inJSAttr:
		return g.pick("f(", ")", ";", "x = 1;", "'", "a", "+", " ", "return 1", "/", "&quot;")
	case inScript:
		return g.script(s, depth)
	case inJSString:
		return g.pick("a", " ", "\\n", "\\\"", "<", "&", "//", "ü")
	case inStyle:
		return g.style(s, depth)
	case inTag:
		return " " + g.attribute(s, depth)
	case inLiteral:
		if g.one(3) {
			return "${" + g.pick("", " ", "{a:1}.a + ", "f(", "/* } */ ") + g.pieces(s, inScript, depth+1) + "}"
		}
		return g.pick("a", " $", "\\`", "{", "}", "\n", "<!--", "</script>", "\"", "'", "//", "${1}", "\\${", "ü")
	case inMeta:
		return g.pick("0", ";", " url=", "URL\t=", "url", "=", "a", "; ", "/x", "&#61;", "x")
	}
	return ""
}

func (g *gen) markup(s *scope, depth int) string {
	if depth > maxDepth {
		return "x"
	}
	switch g.r.Intn(12) {
	case 0, 1:
		return g.pick("text", " ", "\n  ", "&amp;", "a &lt; b", "1 < 2", "ü😀", "\"q\"", "a\tb", "}", "{ ", "&nbsp", "-->")
	case 2:
		if g.tidy {
			return g.pick("<br>", "<hr/>", "<!-- gone -->")
		}
		return g.pick("<br>", "<hr/>", "<p>", "</p>", "<!-- gone -->", "<!DOCTYPE html>", "<P>", "</b >", "<!---->")
	case 3:
		return "<!-- " + g.pick("x", g.act(g.scalar(s, 1)), "a > b") + " -->"
	case 4:
		tag := g.pick("textarea", "title", "TEXTAREA")
		return "<" + tag + g.attributes(s, depth) + ">" + g.pieces(s, inRCDATA, depth+1) + "</" + tag + ">"
	case 5:
		kind := g.pick("", "", "", ` type=""`, ` type=" "`, " type", ` async type=''`, ` type="text/javascript; charset=utf-8"`, ` type="`+g.act(g.operand(s, kStr, 0))+`"`, ` type="application/json"`, ` type="text/template"`, ` type=module`, ` type="text/javascript"`, ` type="application/ld+json"`, ` type="text/plain"`)
		at := inScript
		if strings.Contains(kind, "text/template") || strings.Contains(kind, "plain") {
			return "<script" + kind + ">" + g.pieces(s, inRCDATA, depth+1) + "</script>"
		}
		return "<script" + kind + ">" + g.pieces(s, at, depth+1) + "</script>"
	case 6:
		return "<style>" + g.pieces(s, inStyle, depth+1) + "</style>"
	case 7:
		if g.one(3) {
			quote := g.pick("\"", "'")
			return g.pick("<meta ", "<META ", "<meta http-equiv=refresh ") + g.pick("content=", "CONTENT = ") + quote + g.pieces(s, inMeta, depth+1) + quote + g.pick(">", "/>", " name=x>")
		}
		return "<" + g.pick("img", "input", "IMG", "link", "x-y", "meta") + g.attributes(s, depth) + g.pick(">", "/>", " />")
	}
	tag := g.pick("p", "a", "div", "li", "span", "A", "h1", "b", "svg:a", "button", "form", "option")
	return "<" + tag + g.attributes(s, depth) + ">" + g.pieces(s, inText, depth+1) + "</" + tag + ">"
}

func (g *gen) attributes(s *scope, depth int) string {
	out := ""
	for n := g.r.Intn(3); n > 0 && g.budget > 0; n-- {
		g.budget--
		if depth < maxDepth && g.one(8) {
			out += g.control(s, inTag, depth)
		} else {
			out += g.pick(" ", " ", "\n") + g.attribute(s, depth)
		}
	}
	return out
}

func (g *gen) attribute(s *scope, depth int) string {
	value := func(name string, double, unquoted place) string {
		eq := g.pick("=", "=", "=", " = ")
		switch g.r.Intn(5) {
		case 0:
			if unquoted == inUnquoted || unquoted == inURLUnquoted {
				return name + eq + g.pick("a", "/") + g.pieces(s, unquoted, depth+1) + " "
			}
		case 1:
			if double == inDouble {
				return name + eq + "'" + g.pieces(s, inSingle, depth+1) + "'"
			}
			if double == inURLDouble {
				return name + eq + "'" + g.pieces(s, inURLUnquoted, depth+1) + "'"
			}
		case 2:
			return name + eq + g.pick(`"`, `'`) + "x" // the quote is closed below
		}
		return name + eq + `"` + g.pieces(s, double, depth+1) + `"`
	}
	closed := func(text string) string {
		if strings.HasSuffix(text, `"x`) {
			return text + `"`
		}
		if strings.HasSuffix(text, `'x`) {
			return text + `'`
		}
		return text
	}
	switch g.r.Intn(14) {
	case 0, 1, 2:
		return closed(value(g.pick("title", "class", "id", "value", "DATA-X", "data-y", "alt", "x:y", "aria-label"), inDouble, inUnquoted))
	case 3, 4, 5:
		return closed(value(g.pick("href", "src", "HREF", "action", "xlink:href", "data-href", "formaction", "my-uri", "poster", "cite"), inURLDouble, inURLUnquoted))
	case 6:
		return closed(value("srcset", inSrcset, inSrcset))
	case 7:
		return closed(value(g.pick("style", "STYLE"), inCSSAttr, inCSSAttr))
	case 8, 9:
		return closed(value(g.pick("onclick", "onload", "ONX"), inJSAttr, inJSAttr))
	case 10:
		return g.act(g.operand(s, kStr, 1)) + g.pick("=1", `="x"`, "", "="+g.act(g.scalar(s, 1)))
	case 11:
		return g.pick("data-", "on", "a") + g.act(g.operand(s, kStr, 0)) + `="` + g.act(g.scalar(s, 1)) + `"`
	case 12:
		return g.pick("checked", "disabled", "x", "async")
	}
	if g.one(8) {
		return closed(value("srcdoc", inDouble, inUnquoted))
	}
	return closed(value(g.pick("charset", "http-equiv", "type", "content", "dir", "for", "xmlns", "xmlns:x", "manifest", "open"), inDouble, inUnquoted))
}

// Blanks as JavaScript knows them.
func (g *gen) blank() string {
	return g.pick("", " ", " ", "\n", "\u00a0", "\u2003", "\ufeff", "\v", "/* c */", "{{/* c */}}")
}

func (g *gen) script(s *scope, depth int) string {
	switch g.r.Intn(16) {
	case 0:
		return "var a = \"" + g.pieces(s, inJSString, depth+1) + "\";"
	case 1:
		return "var a = '" + g.act(g.operand(s, kStr, 1)) + "';"
	case 2:
		return "x = /" + g.pick("a", "[/]", "\\/") + g.act(g.scalar(s, 1)) + "b/g;"
	case 3:
		return "var b = " + g.act(g.scalar(s, 2)) + ";"
	case 4:
		return g.pick("// c\n", "/* d */", "// "+g.act(g.scalar(s, 0))+"\n", "/* "+g.act(g.scalar(s, 0))+" */", "<!-- x\n", "--> y\n", "#!x\n", "/* </script> */", "// </script> '\n")
	case 5:
		return "f(" + g.act(g.scalar(s, 1)) + g.pick(",", " / ", "+", "--", ")/", " ") + g.act(g.scalar(s, 1)) + ");"
	case 6:
		if p, ok := g.path(s, func(t *typ) bool { return t.kind == kList && t.elem.kind < kList }); ok {
			return "[" + g.act("range "+p.text) + g.act(".") + "," + g.act("end") + "];"
		}
	case 7:
		return "`" + g.pieces(s, inLiteral, depth+1) + "`;"
	case 8:
		return "{a: " + g.act(g.scalar(s, 1)) + ", \"b\": " + g.act(g.scalar(s, 1)) + "}"
	case 9, 10: // a regular expression after most of what may stand before one
		before := g.pick("return", "yield", "typeof", "=", "(", ",", "{", "}", ";", "in", ":", "[", "!", "&&", "case", "=>", "+", "await", "of", "if (a)", "-", "<", "x++", "++", "throw", "void", "else")
		return before + g.blank() + "/" + g.pick("", "a", "[/]", "\\/") + g.act(g.scalar(s, 1)) + g.pick("", "b") + "/" + g.pick("", "g", ".test(x)") + ";"
	case 11: // a division
		before := g.pick("a", ")", "]", "o.in", "o?.yield", "this.#in", "o.\nreturn", "1.", "2", "i++", "i--", "`a`", "`${1}`", "'s'", "é", "f(x)", "/a/g")
		return before + g.blank() + "/" + g.pick(" ", "") + g.act(g.number(s, 1)) + " / " + g.act(g.scalar(s, 0)) + ";"
	case 12:
		return "`" + g.pick("", "<script>", "{") + g.act(g.scalar(s, 1)) + "${" + g.blank() + g.act(g.scalar(s, 1)) + g.blank() + "}" + g.pick("", "</script>", "$") + "`;"
	case 13:
		return g.pick("\"", "'") + g.pick("<script>", "</ScripT>", "<!--", "<\\/script>", "<", "</scri", "a") + g.act(g.operand(s, kStr, 0)) + g.pick("\";", "';")
	}
	return g.pick("x = 1;\n", "if (a) { b(); }\n", "a / b;", "return ", "\"<\\/script>\";", "y=x/", "a++ /", "1 ", "= ", "'\\'';", "a < b;", "n-->0;\n", "x = {a: 1};", "(function() { return 1 })();")
}

func (g *gen) style(s *scope, depth int) string {
	switch g.r.Intn(7) {
	case 0:
		return "p { color: " + g.act(g.scalar(s, 1)) + " }"
	case 1:
		return "a { background: url(" + g.act(g.operand(s, kStr, 1)) + ") }"
	case 2:
		return "b { content: \"" + g.act(g.scalar(s, 1)) + "\"; x: '" + g.act(g.scalar(s, 0)) + "' }"
	case 3:
		return "b { background: url(\"/a?" + g.act(g.operand(s, kStr, 0)) + "\") }"
	case 4:
		return g.pick("/* c */", "/* "+g.act(g.scalar(s, 0))+" */", "// x\n", "<!--", "-->")
	case 5:
		return "." + g.act(g.operand(s, kStr, 0)) + g.pick(" {", ", ") + " width: " + g.act(g.number(s, 0)) + "px }"
	}
	return g.pick("p { margin: 0 }\n", "@media x { }", "a:hover ", "\\26 ", "{ ", " }")
}

// One template over a random state.
func (g *gen) template(root *typ) string {
	s := &scope{dot: root, dollar: root}
	body := ""
	for body == "" || (g.budget > 10 && !g.one(4)) {
		body += g.pieces(s, inText, 1)
	}
	if g.one(2) {
		return g.bodies.String() + body
	}
	return body + g.bodies.String()
}
