// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// place is the place of a node in a file.
type place struct {
	owner string // the key of the declaration that contains it
	// bubble reports whether it is in an argument of synctest.Test, or of a function that uses the argument only in
	// bubbles.
	bubble bool
}

// declaration is a function, a method, a variable or a type of a package.
type declaration struct {
	name           string
	receiver, self string // of a method: the type and the name of its receiver
	bodies         []ast.Node
}

// key returns the name; for a method it returns Type.Name.
func (d declaration) key() string {
	if d.receiver != "" {
		return d.receiver + "." + d.name
	}
	return d.name
}

// declarations returns the declarations of a file that can contain or use code that waits.
func declarations(parsed *ast.File) []declaration {
	var all []declaration
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			one := declaration{name: d.Name.Name}
			if d.Recv != nil {
				one.receiver, one.self = receiver(d.Recv.List[0])
			}
			if d.Body != nil {
				one.bodies = []ast.Node{d.Body}
			}
			all = append(all, one)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					all = append(all, declaration{name: spec.Name.Name, bodies: []ast.Node{spec.Type}})
				case *ast.ValueSpec:
					one := declaration{name: spec.Names[0].Name}
					if spec.Type != nil {
						one.bodies = append(one.bodies, spec.Type)
					}
					for _, value := range spec.Values {
						one.bodies = append(one.bodies, value)
					}
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// receiver returns the type and the name of a method's receiver.
func receiver(field *ast.Field) (typeName, self string) {
	ast.Inspect(field.Type, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && typeName == "" {
			typeName = name.Name
		}
		return true
	})
	if len(field.Names) == 1 {
		self = field.Names[0].Name
	}
	return typeName, self
}

// walk calls see for each node of the declarations in a file, except for names after a dot.
func (f *testFolder) walk(parsed *ast.File, see func(ast.Node, declaration, place)) {
	imports := importsOf(parsed)
	for _, d := range declarations(parsed) {
		for _, n := range d.bodies {
			see := func(n ast.Node, at place) { see(n, d, at) }
			ast.Walk(walker{folder: f, imports: imports, at: place{owner: d.key()}, see: see}, n)
		}
	}
}

type walker struct {
	folder  *testFolder
	imports map[string]string
	at      place
	see     func(ast.Node, place)
}

// Visit implements ast.Visitor.
func (v walker) Visit(n ast.Node) ast.Visitor {
	if n == nil {
		return nil
	}
	v.see(n, v.at)
	switch n := n.(type) {
	case *ast.SelectorExpr:
		ast.Walk(v, n.X)
		return nil
	case *ast.CallExpr:
		if !v.folder.isLongCall(n, v.imports) {
			ast.Walk(v, n.Fun)
		}
		for i, arg := range n.Args {
			within := v
			within.at.bubble = v.at.bubble || v.folder.runsInBubble(n, i, v.imports)
			ast.Walk(within, arg)
		}
		return nil
	}
	return v
}

// runsInBubble reports whether the called function uses this argument only in bubbles.
func (f *testFolder) runsInBubble(call *ast.CallExpr, argument int, imports map[string]string) bool {
	if pkg, name := imported(call.Fun, imports); pkg == "testing/synctest" {
		return name == "Test"
	}
	parameters := f.runners[nameOf(call.Fun)]
	return len(parameters) > 0 && parameters[min(argument, len(parameters)-1)]
}

// nameOf returns the name of a function or method, or "" if the expression is not a name.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// findRunners returns, for each function, which of its parameters it uses only in bubbles. Only parameters that are or
// contain functions count.
func (f *testFolder) findRunners() map[string][]bool {
	f.runners = map[string][]bool{}
	for {
		found := map[string][]bool{}
		for _, parsed := range f.files {
			for _, declaration := range parsed.Decls {
				if d, ok := declaration.(*ast.FuncDecl); ok && d.Body != nil {
					inBubbles := f.parametersInBubbles(d, importsOf(parsed))
					if before, again := found[d.Name.Name]; again && !slices.Equal(before, inBubbles) {
						inBubbles = nil // another function of this name uses its parameters differently
					}
					found[d.Name.Name] = inBubbles
				}
			}
		}
		if maps.EqualFunc(f.runners, found, slices.Equal[[]bool]) {
			return found
		}
		f.runners = found // repeat: a function that passes its parameter to one of these functions counts too
	}
}

func (f *testFolder) parametersInBubbles(d *ast.FuncDecl, imports map[string]string) []bool {
	var inBubbles []bool
	for _, field := range d.Type.Params.List {
		for _, name := range field.Names {
			uses, outside := 0, 0
			ast.Walk(walker{folder: f, imports: imports, see: func(n ast.Node, at place) {
				if used, ok := n.(*ast.Ident); ok && used.Name == name.Name {
					uses++
					if !at.bubble {
						outside++
					}
				}
			}}, d.Body)
			inBubbles = append(inBubbles, holdsFunction(field.Type) && uses > 0 && outside == 0)
		}
	}
	return inBubbles
}

func holdsFunction(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		_, is := n.(*ast.FuncType)
		found = found || is
		return !found
	})
	return found
}

// findHelpers returns the functions, methods, variables and types that are used, but only in bubbles. The types of
// expressions are not known: a name after a dot stands for the methods of all types, unless it follows the receiver of
// a method. A method that is never named, such as ServeHTTP, counts as used wherever its type is.
func (f *testFolder) findHelpers() map[string]bool {
	helpers, byName := f.declared()
	uses := map[string]map[place]bool{}
	use := func(key string, at place) {
		if helpers[key] && key != at.owner {
			if uses[key] == nil {
				uses[key] = map[place]bool{}
			}
			uses[key][at] = true
		}
	}
	for _, parsed := range f.files {
		f.walk(parsed, func(n ast.Node, d declaration, at place) {
			switch n := n.(type) {
			case *ast.Ident:
				use(n.Name, at)
			case *ast.SelectorExpr:
				own := d.receiver + "." + n.Sel.Name
				x, ok := n.X.(*ast.Ident)
				if ok && x.Name == d.self && slices.Contains(byName[n.Sel.Name], own) {
					use(own, at)
					return
				}
				for _, key := range byName[n.Sel.Name] {
					use(key, at)
				}
			}
		})
	}
	for _, keys := range byName {
		for _, key := range keys {
			if typeName, _, method := strings.Cut(key, "."); method && len(uses[key]) == 0 {
				uses[key] = uses[typeName]
			}
		}
	}
	f.dropUsedOutside(helpers, uses)
	return helpers
}

// dropUsedOutside keeps only the helpers that are used in bubbles and by other helpers, and nowhere else.
func (f *testFolder) dropUsedOutside(helpers map[string]bool, uses map[string]map[place]bool) {
	f.users = map[string]string{}
	for again := true; again; {
		again = false
		for key := range helpers {
			outside := len(uses[key]) == 0
			for at := range uses[key] {
				if !at.bubble && !helpers[at.owner] {
					outside = true
					f.users[key] = at.owner
				}
			}
			if outside {
				delete(helpers, key)
				again = true
			}
		}
	}
}

// declared returns the keys of the declarations that no other folder can use, and the keys of all declarations by name,
// which is what follows a dot: the name of a function may follow that of its package.
func (f *testFolder) declared() (unshared map[string]bool, byName map[string][]string) {
	unshared, byName = map[string]bool{}, map[string][]string{}
	var shared []string
	for file, parsed := range f.files {
		for _, d := range declarations(parsed) {
			unshared[d.key()] = true
			byName[d.name] = append(byName[d.name], d.key())
			if ast.IsExported(d.name) && !strings.HasSuffix(file, "_test.go") {
				shared = append(shared, d.key())
			}
		}
	}
	for _, key := range shared {
		delete(unshared, key)
	}
	return unshared, byName
}

// path names a declaration and its chain of users, up to one that is outside every bubble.
func (f *testFolder) path(owner string) string {
	names := []string{owner}
	for user := f.users[owner]; user != "" && !slices.Contains(names, user); user = f.users[user] {
		names = append(names, user)
	}
	return strings.Join(names, ", used by ")
}
