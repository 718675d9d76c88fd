// explain.go - where wickc and Go may differ, and why. Everything else is a fault.
package main

import "regexp"

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
	{regexp.MustCompile(`^{{continue}} must end in the place where it begins`), "Go 1.19 forgets all but the last continue of a range when it compares contexts"},
	{regexp.MustCompile(`^an action inside a JavaScript template literal`), "an error in front of a {{continue}}, which makes the escaper of Go forget it"},
	{regexp.MustCompile(`^there is no element [0-9]+: `), "an index that the list never has, where Go did not come by"},
	{regexp.MustCompile(`^in Go, {{break}} in the {{else}} of a range`), "break in the else of a range"},
	{regexp.MustCompile(`would leave <script> without its end tag`), "break and continue out of a script of another type, which stays open"},
	{regexp.MustCompile(` is the (whole state|list here)`), "a new value for a variable that is the whole state, or the list in its else"},
	{regexp.MustCompile(`holds .*, so .* cannot be put into it`), "a variable for values of several types"},
	{regexp.MustCompile(`holds numbers below zero as well as numbers of 64 bits`), "a variable for uint64 and for numbers below 0"},
	{regexp.MustCompile(` is wanted here, not |cannot be compared|^%.* is not for `), "a wrong type, where Go prints %!verb or did not come by with these data"},
}

// What Go says while it executes templates that wickc accepts.
var goErrors = []reason{
	{regexp.MustCompile(`error calling index: (index out of range|reflect: slice index out of range)`), "index outside of the list: wickc gives an element of zeros"},
	{regexp.MustCompile(`error calling index: reflect: string index out of range`), "index outside of the text: wickc gives 0"},
	{regexp.MustCompile(`error calling slice: (index|slice bounds) out of range`), "slice outside of the text: wickc gives what there is"},
}

func explainRefusal(it *item) string { return explain(refusals, firstError(it.refused)) }

func explainGoError(err error) string { return explain(goErrors, err.Error()) }

func explain(reasons []reason, text string) string {
	for _, r := range reasons {
		if r.pattern.MatchString(text) {
			return r.why
		}
	}
	return ""
}
