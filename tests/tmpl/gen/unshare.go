// unshare.go - every {{template}} with a copy of its own of what it names.
//
// Go's escaper remembers for a template and the context in which it begins where it ends, to be fast when it is called again. What it
// remembers is the guess that it ends where it begins, not what it found out: after a second call of a template that ends elsewhere
// ("#" in a URL) it escapes for the wrong place, or calls it ambiguous. Without second calls it does not.
package main

import (
	"fmt"
	"html/template"
	"reflect"
	"text/template/parse"
)

func executeUnshared(source string, v reflect.Value) result {
	tmpl, err := template.New("x").Parse(source)
	if err != nil {
		return result{err: err}
	}
	count := 0
	unshare(tmpl, tmpl.Tree.Root, &count)
	return execute(tmpl, v)
}

func unshare(tmpl *template.Template, node parse.Node, count *int) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, inner := range n.Nodes {
				unshare(tmpl, inner, count)
			}
		}
	case *parse.IfNode:
		unshare(tmpl, n.List, count)
		unshare(tmpl, n.ElseList, count)
	case *parse.WithNode:
		unshare(tmpl, n.List, count)
		unshare(tmpl, n.ElseList, count)
	case *parse.RangeNode:
		unshare(tmpl, n.List, count)
		unshare(tmpl, n.ElseList, count)
	case *parse.TemplateNode:
		called := tmpl.Lookup(n.Name)
		if called == nil || called.Tree == nil || *count > 1000 {
			return
		}
		*count++
		n.Name = fmt.Sprintf("%s copy %d", n.Name, *count)
		copied, err := tmpl.AddParseTree(n.Name, called.Tree.Copy())
		if err == nil {
			unshare(tmpl, copied.Tree.Root, count)
		}
	}
}
