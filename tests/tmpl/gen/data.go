// data.go - random types and values of them: as Go's reflection sees them, and as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math/rand"
	"reflect"
	"strings"
)

type kind int

const (
	kStr kind = iota
	kInt
	kUint
	kBool
	kList
	kStruct
)

type field struct {
	name string
	t    *typ
}

type typ struct {
	kind   kind
	safe   string // of a text: html, attr, url ... ; "": a plain one
	elem   *typ
	fields []field
	rt     reflect.Type
}

var scalars = []kind{kStr, kStr, kStr, kStr, kInt, kInt, kBool, kBool, kUint}

// A struct with a few members of each kind; depth: levels of structs and lists that may still follow.
func randomStruct(r *rand.Rand, depth, members int) *typ {
	letters := map[kind]string{kStr: "S", kInt: "N", kUint: "U", kBool: "B", kList: "L", kStruct: "O"}
	t := &typ{kind: kStruct}
	for i := 0; i < members; i++ {
		f := field{t: randomTyp(r, depth)}
		if i == 0 {
			f.t = &typ{kind: kStr}
		}
		f.name = fmt.Sprintf("%s%d", letters[f.t.kind], i)
		if r.Intn(4) == 0 {
			f.name += []string{"_x", "Name", "Ab1", "_"}[r.Intn(4)]
		}
		t.fields = append(t.fields, f)
	}
	return t
}

func randomTyp(r *rand.Rand, depth int) *typ {
	if depth > 0 && r.Intn(5) < 2 {
		switch r.Intn(5) {
		case 0, 1:
			return &typ{kind: kList, elem: randomStruct(r, depth-1, 2+r.Intn(4))}
		case 2, 3:
			return &typ{kind: kList, elem: randomTyp(r, depth-1)}
		}
		return randomStruct(r, depth-1, 1+r.Intn(4))
	}
	t := &typ{kind: scalars[r.Intn(len(scalars))]}
	if t.kind == kStr && r.Intn(5) == 0 {
		t.safe = safes[r.Intn(len(safes))]
	}
	return t
}

var safes = []string{"html", "attr", "url", "srcset", "js", "jsstr", "css"}

var safeTypes = map[string]reflect.Type{
	"": reflect.TypeOf(""), "html": reflect.TypeOf(template.HTML("")), "attr": reflect.TypeOf(template.HTMLAttr("")),
	"url": reflect.TypeOf(template.URL("")), "srcset": reflect.TypeOf(template.Srcset("")), "js": reflect.TypeOf(template.JS("")),
	"jsstr": reflect.TypeOf(template.JSStr("")), "css": reflect.TypeOf(template.CSS("")),
}

// The type as Go knows it; the members' names are the JSON's keys, too.
func (t *typ) goType() reflect.Type {
	if t.rt != nil {
		return t.rt
	}
	switch t.kind {
	case kStr:
		t.rt = safeTypes[t.safe]
	case kInt:
		t.rt = reflect.TypeOf(int64(0))
	case kUint:
		t.rt = reflect.TypeOf(uint64(0))
	case kBool:
		t.rt = reflect.TypeOf(false)
	case kList:
		t.rt = reflect.SliceOf(t.elem.goType())
	case kStruct:
		var fields []reflect.StructField
		for _, f := range t.fields {
			fields = append(fields, reflect.StructField{Name: f.name, Type: f.t.goType()})
		}
		t.rt = reflect.StructOf(fields)
	}
	return t.rt
}

// Texts that break templates; all are UTF-8 without zero bytes, as JSON and C texts have to be.
var hostile = []string{
	"", "", "abc", "a b", "x", "<b>&\"'+=`</b>", "javascript:alert(1)", "http://x.y/z?a=b&c=d#e", "HTTPS://x", "mailto:a@b", "/p/ü/%41/%zz/%",
	"x:y", "//x:y", "?q=:", "O'Reilly & \"Söhne\"", "\x01\t\n\v\f\r\x1f\x7f", "\u2028\u2029\ufeff", "\ufdd0\ufff0\uffff", "&amp;", "&lt;b&gt;", "&#34;", "&quot",
	"expression(x)", "ex\\70ression", "-->", "--", "<!--", "</script><script>alert(1)</script>", "</title></textarea></style>", "red", "#888", "10px",
	"a\\b\\", "[x]{y}(z)$^|*.?-/", "a,b 1x, c 2x", "javascript:x 1x, /ok 2x", " x ", "onclick", "title", "Checked", "srcdoc", "data-x", "x y",
	"12345", "-1", "\U0001F600", "exprexpression", "{{.}}", "a;b:c", "\\26 x", "/*x*/", "url(x)", "%", "%d%s", "😀<", "httpſ:x", "srclang", "a\r\nb", "${x}", "`",
	"//", "*/", "é", "İ", "\u212a", "averyveryverylongnameofanattributethatendswithurl", "xuriy", "\u00a0", "\\u003c", "'", "\"", "<", ">", "&", "=", "/", "\\", "tel:1", "data:text/html,<b>", "JaVaScRiPt:1", " javascript:1", "\tjavascript:1",
}

func randomText(r *rand.Rand) string {
	text := hostile[r.Intn(len(hostile))]
	for r.Intn(5) == 0 {
		text += hostile[r.Intn(len(hostile))]
	}
	if r.Intn(60) == 0 {
		for i := r.Intn(40); i > 0; i-- {
			c := rune(r.Intn(0x2100))
			if c > 0 {
				text += string(c)
			}
		}
	}
	return text
}

var numbers = []int64{0, 0, 1, 1, 2, 3, 4, 5, -1, 7, 10, 42, 100, -100, 255, 1000, 65536, 1 << 31, -1 << 31, 1<<63 - 1, -1 << 63}

// full: lists are not empty, so that every type can be told from this value alone.
func (t *typ) value(r *rand.Rand, full bool) reflect.Value {
	v := reflect.New(t.goType()).Elem()
	switch t.kind {
	case kStr:
		v.SetString(randomText(r))
	case kInt:
		v.SetInt(numbers[r.Intn(len(numbers))])
	case kUint:
		v.SetUint(uint64(numbers[r.Intn(8)]))
		if full || r.Intn(5) == 0 {
			v.SetUint(1<<64 - 1 - uint64(r.Intn(3)))
		}
	case kBool:
		v.SetBool(r.Intn(2) == 0)
	case kList:
		v.Set(reflect.MakeSlice(t.goType(), 0, 0)) // in a script null would be written for none
		n := 1 + r.Intn(3)
		if !full && r.Intn(6) == 0 {
			n = 0
		}
		for i := 0; i < n; i++ {
			v.Set(reflect.Append(v, t.elem.value(r, full)))
		}
	case kStruct:
		for i, f := range t.fields {
			v.Field(i).Set(f.t.value(r, full))
		}
	}
	return v
}

// Members stay in their order, which shows when a struct is printed.
func (t *typ) toJSON(v reflect.Value) []byte {
	var parts []string
	switch {
	case t.kind == kStr && t.safe != "":
		return []byte(fmt.Sprintf("{%q:%s}", "$"+t.safe, mustJSON(v.String())))
	case t.kind == kList:
		for i := 0; i < v.Len(); i++ {
			parts = append(parts, string(t.elem.toJSON(v.Index(i))))
		}
		return []byte("[" + strings.Join(parts, ",") + "]")
	case t.kind == kStruct:
		for i, f := range t.fields {
			parts = append(parts, fmt.Sprintf("%q:%s", f.name, f.t.toJSON(v.Field(i))))
		}
		return []byte("{" + strings.Join(parts, ",") + "}")
	}
	return mustJSON(v.Interface())
}

func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
