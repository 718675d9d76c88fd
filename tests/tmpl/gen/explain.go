// explain.go - where wickc and Go may differ, and why. Everything else is a fault.
package main

import (
	"bytes"
	"regexp"
	"strings"
)

type reason struct {
	pattern *regexp.Regexp
	why     string
}

// What wickc says at compile time against templates that Go executes, at least with these data.
var refusals = []reason{
	{regexp.MustCompile(`^the whole state cannot be printed`), "printing of the whole state"},
	{regexp.MustCompile(`^a list or struct is written without width`), "printf of a list or struct with flags"},
	{regexp.MustCompile(`^one of several values of different types cannot be printed`), "the value of and, or of different types"},
	{regexp.MustCompile(`inside a tag must hold whole attributes`), "a branch or range in a tag that ends behind an unquoted value"},
	{regexp.MustCompile(`^"<" in an attribute name`), "an end tag inside of its own start tag, which Go takes for the end of the element"},
	{regexp.MustCompile(`^"slice" is for texts`), "slice of a list"},
	{regexp.MustCompile(`^there is no element [0-9]+: `), "an index that the list never has, where Go did not come by"},
	{regexp.MustCompile(`^the type of this value is not known here`), "%#v and %T of a value of several types"},
	{regexp.MustCompile(`^this is behind the end: `), "a bound that the text never has, where Go did not come by"},
	{regexp.MustCompile(`^in Go, {{break}} in the {{else}} of a range`), "break in the else of a range"},
	{regexp.MustCompile(`would leave <script> without its end tag`), "break and continue out of a script of another type, which stays open"},
	{regexp.MustCompile(` is the (whole state|list here)`), "a new value for a variable that is the whole state, or the list in its else"},
	{regexp.MustCompile(`holds .*, so .* cannot be put into it`), "a variable for values of several types"},
	{regexp.MustCompile(`holds numbers below zero as well as numbers of 64 bits`), "a variable for uint64 and for numbers below 0"},
	{regexp.MustCompile(` is wanted here, not |cannot be compared|^%.* is not for `), wrongType},
}

// What Go says while it executes templates that wickc accepts.
var goErrors = []reason{
	{regexp.MustCompile(`error calling index: (index out of range|reflect: slice index out of range)`), "index outside of the list: wickc gives an element of zeros"},
	{regexp.MustCompile(`on range loop re-entry: .* branches end in different contexts`), "a template that ends elsewhere than it begins, in a range: Go takes its end for its beginning in the second round (unshare.go)"},
	{regexp.MustCompile(`error calling index: reflect: string index out of range`), "index outside of the text: wickc gives 0"},
	{regexp.MustCompile(`error calling slice: (index|slice bounds) out of range`), "slice outside of the text: wickc gives what there is"},
}

const wrongType = "a wrong type"

// What the escaper finds in front of a {{break}} or {{continue}} is lost when Go 1.19 forgets that one.
var beforeLeave = regexp.MustCompile(`^this may stand in front of or behind|^an action inside a JavaScript template literal|must end in the place where it begins|branches of .* end in different places`)

func explainRefusal(it *item) string {
	if beforeLeave.MatchString(firstError(it.refused)) && strings.Contains(it.source, "continue") {
		return "Go 1.19 forgets all but the last continue of a range, and the errors in front of them"
	}
	why := explain(refusals, firstError(it.refused))
	if why != wrongType {
		return why
	}
	for _, want := range it.want {
		if want.err != nil {
			return why + ", which Go refuses with other data"
		}
	}
	for _, want := range it.want {
		if bytes.Contains(want.out, []byte("%!")) || bytes.Contains(want.out, []byte("%%21")) || bytes.Contains(want.out, []byte("%21")) {
			return why + ", where Go prints %!verb(...)"
		}
	}
	return why + ", where Go did not come by with these data"
}

func explainGoError(it *item, err error) string {
	if strings.Contains(err.Error(), "re-entry") && !strings.Contains(it.source, "template ") {
		return ""
	}
	return explain(goErrors, err.Error())
}

func explain(reasons []reason, text string) string {
	for _, r := range reasons {
		if r.pattern.MatchString(text) {
			return r.why
		}
	}
	return ""
}
