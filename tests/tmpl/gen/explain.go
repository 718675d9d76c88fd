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
	{regexp.MustCompile(`is not possible in a live list`), "break and continue in element content (not yet)"},
	{regexp.MustCompile(` is wanted here, not |cannot be compared|^%.* is not for `), "a wrong type, where Go prints %!verb or did not come by with these data"},
}

// What Go says while it executes templates that wickc accepts.
var goErrors = []reason{
	{regexp.MustCompile(`error calling index: index out of range|error calling index: reflect: slice index out of range`), "index outside of the list: wickc gives an element of zeros"},
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
