// explain.go - where wickc and Go may differ, and why. Everything else is a fault.
package main

import (
	"bytes"
	"regexp"
	"strconv"
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
	{regexp.MustCompile(`inside a tag must hold whole attributes`), "a branch or range in a tag that ends after an unquoted value"},
	{regexp.MustCompile(`^"<" in an attribute name`), "an end tag inside of its own start tag, which Go takes for the end of the element"},
	{regexp.MustCompile(`^"slice" is for texts`), "slice of a list"},
	{regexp.MustCompile(`^there is no element [0-9]+: `), "an index that the list never has, where Go did not come by"},
	{regexp.MustCompile(`^the type of this value is not known here`), "%#v and %T of a value of several types"},
	{regexp.MustCompile(`^this is past the end: `), "a bound that the text never has, where Go did not come by"},
	{regexp.MustCompile(`^in Go, {{break}} in the {{else}} of a range`), "break in the else of a range"},
	{regexp.MustCompile(`would leave <script> without its end tag`), "break and continue out of a script of another type, which stays open"},
	{regexp.MustCompile(` is the (whole state|list here)`), "a new value for a variable that is the whole state, or the list in its else"},
	{regexp.MustCompile(`holds .*, so .* cannot be put into it`), "a variable for values of several types"},
	{regexp.MustCompile(`holds numbers below zero as well as numbers of 64 bits`), "a variable for uint64 and for numbers below 0"},
	{regexp.MustCompile(`^this value has no quotes, and a branch before may leave it empty`), "a value without quotes that a branch may leave empty: it swallows what follows"},
	{regexp.MustCompile(`^an attribute name stands in one piece|^the name of a tag cannot be cut|^a value directly after the name of a tag`), "a name of a tag or an attribute in pieces"},
	{regexp.MustCompile(`^a "/" in an attribute name`), "a slash in an attribute name"},
	{regexp.MustCompile(`^the scheme of an address cannot be a value`), "a value that could be the scheme of an address"},
	{regexp.MustCompile(`^a value in an address that begins with "javascript:"`), "a value in an address that runs"},
	{regexp.MustCompile(`^after a tag in a srcdoc`), "a value after a tag in a srcdoc"},
	{regexp.MustCompile(`^a script or style is cut here|^a value after "<" could`), "a token of a script in pieces"},
	{regexp.MustCompile(`^a regular expression ends on its line`), "a regular expression over the end of a line"},
	{regexp.MustCompile(`^this could be part of a division|^"/" could start a division`), "a slash of which nothing tells what it is"},
	{regexp.MustCompile(`^template literals are nested too deeply`), "template literals inside each other"},
	{regexp.MustCompile(`^expected .*, not |cannot be compared|^%.* is not for `), wrongType},
}

// What Go says while it executes templates that wickc accepts.
var goErrors = []reason{
	{regexp.MustCompile(`error calling index: (index out of range|reflect: slice index out of range)`), "index outside of the list: wickc gives an element of zeros"},
	{regexp.MustCompile(`on range loop re-entry: .* branches end in different contexts`), "a template that ends elsewhere than it begins, in a range: Go takes its end for its beginning in the second round (unshare.go)"},
	{regexp.MustCompile(`on range loop re-entry: .* appears in an ambiguous context within a URL`), "a template that is called in a range: what Go remembers of it is wrong in the second round; with its text in place of the call Go accepts it (unshare.go)"},
	{regexp.MustCompile(`error calling index: reflect: string index out of range`), "index outside of the text: wickc gives 0"},
	{regexp.MustCompile(`error calling slice: (index|slice bounds) out of range`), "slice outside of the text: wickc gives what there is"},
}

const wrongType = "a wrong type"

func explainRefusal(it *item) string {
	if strings.HasPrefix(it.refused, "CRASH") {
		return ""
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
	if strings.Contains(err.Error(), "could start a division or regexp") && slashes.MatchString(it.source) {
		return "a slash that Go takes for something else (explain.go)"
	}
	if strings.Contains(err.Error(), "re-entry") && !strings.Contains(it.source, "template ") {
		return ""
	}
	return explain(goErrors, err.Error())
}

// Where a slash is a regular expression for one of the two and a division for the other: Go forgets the token before it after a
// template literal, "<" and "-", takes "++" and "--" for the end of a value, and does not look what a ")" closes.
var slashes = regexp.MustCompile("(`|<|-|\\+\\+|\\)|\\b(await|of|new|extends|default))(\\s|[\u00a0\u2003\ufeff]|/\\*.*?\\*/|\\{\\{.*?\\}\\})*/")

var escapes = regexp.MustCompile(`\\u00([0-7][0-9a-f])`)

func unescaped(out []byte) []byte {
	return escapes.ReplaceAllFunc(out, func(found []byte) []byte {
		code, _ := strconv.ParseUint(string(found[4:]), 16, 8)
		return []byte{byte(code)}
	})
}

// Bytes that are not Go's.
func explainBytes(it *item, set int) string {
	got, want := it.got[set], it.want[set].out
	switch {
	case bytes.Equal(unescaped(got), unescaped(want)):
		return "more characters of a script are escaped, after \"<\" or where a slash may be a division"
	case strings.Contains(it.source, "srcdoc"):
		return "srcdoc: a value is escaped for the document inside, too"
	case bytes.Equal(bytes.ReplaceAll(got, []byte("ZgotmplZ"), nil), bytes.ReplaceAll(want, []byte("ZgotmplZ"), nil)):
		return "typed content without quotes that is empty without its tags"
	case slashes.MatchString(it.source):
		return "a slash that Go takes for something else (explain.go)"
	}
	return ""
}

func explain(reasons []reason, text string) string {
	for _, r := range reasons {
		if r.pattern.MatchString(text) {
			return r.why
		}
	}
	return ""
}
