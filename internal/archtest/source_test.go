// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// source is Go code with its types.
type source struct {
	files     *token.FileSet
	imports   types.Importer
	packages  []*checked
	functions map[string]function     // by full name
	fields    map[string][]expression // by type and name: what fields of structs are set to
}

// checked is a package.
type checked struct {
	files []*ast.File
	types *types.Info
}

// function is a function of a package. Outside functions, it has no declaration.
type function struct {
	*checked
	declaration *ast.FuncDecl
}

// expression is an expression in a function.
type expression struct {
	ast.Expr
	in function
}

// builtPackage is a package of the provider as go list describes it.
type builtPackage struct {
	ImportPath, Dir string
	GoFiles         []string
	Export          string // a file with the types that the package exports
}

// providerPackages lists the packages of the provider that are in this module. It also returns a source without code
// that can import all packages of the provider.
func providerPackages(t *testing.T) ([]builtPackage, *source) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export", ".")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var own []builtPackage
	exports := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p builtPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if _, ours := folder(p.ImportPath); ours {
			own = append(own, p)
		}
	}
	files := token.NewFileSet()
	open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	return own, newSource(files, importer.ForCompiler(files, "gc", open))
}

func newSource(files *token.FileSet, imports types.Importer) *source {
	return &source{
		files: files, imports: imports, functions: map[string]function{}, fields: map[string][]expression{},
	}
}

// providerSource returns the code of the provider.
func providerSource(t *testing.T) *source {
	t.Helper()
	own, s := providerPackages(t)
	for _, p := range own {
		contents := map[string]any{}
		for _, name := range p.GoFiles {
			contents[filepath.Join(p.Dir, name)] = nil
		}
		s.add(t, p.ImportPath, contents)
	}
	return s
}

// add adds a package. If the content of a file is nil, the file is read.
func (s *source) add(t *testing.T, path string, contents map[string]any) {
	t.Helper()
	p := &checked{types: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}}
	for name, content := range contents {
		file, err := parser.ParseFile(s.files, name, content, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		p.files = append(p.files, file)
	}
	if _, err := (&types.Config{Importer: s.imports}).Check(path, s.files, p.files, p.types); err != nil {
		t.Fatal(err)
	}
	s.packages = append(s.packages, p)
	p.each(s.index)
}

// each calls see for each node, with the function that contains it.
func (p *checked) each(see func(function, ast.Node)) {
	for _, file := range p.files {
		for _, d := range file.Decls {
			in := function{checked: p}
			in.declaration, _ = d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				if n != nil {
					see(in, n)
				}
				return true
			})
		}
	}
}

// index records a function, and what a field is set to.
func (s *source) index(in function, n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		s.functions[in.name()] = in
	case *ast.CompositeLit:
		for _, element := range n.Elts {
			pair, ok := element.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if name, ok := pair.Key.(*ast.Ident); ok {
				key := fieldKey(in.types.TypeOf(n), name.Name)
				s.fields[key] = append(s.fields[key], expression{pair.Value, in})
			}
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if field, ok := to.(*ast.SelectorExpr); ok && len(n.Lhs) == len(n.Rhs) {
				key := fieldKey(in.types.TypeOf(field.X), field.Sel.Name)
				s.fields[key] = append(s.fields[key], expression{n.Rhs[i], in})
			}
		}
	}
}

// fieldKey returns the key of a field in source.fields. A field of an embedded struct has another key.
func fieldKey(owner types.Type, field string) string {
	if pointer, ok := owner.(*types.Pointer); ok {
		owner = pointer.Elem()
	}
	if named, ok := owner.(*types.Named); ok {
		owner = named.Origin()
	}
	return owner.String() + "." + field
}

// name returns the full name of a declared function.
func (f function) name() string {
	if declared, ok := f.types.Defs[f.declaration.Name].(*types.Func); ok {
		return declared.FullName()
	}
	return ""
}

// parameter returns the index of a parameter of the function.
func (f function) parameter(object types.Object) (index int, ok bool) {
	signature, ok := f.types.TypeOf(f.declaration.Name).(*types.Signature)
	if !ok {
		return 0, false
	}
	for i := range signature.Params().Len() {
		if signature.Params().At(i) == object {
			return i, true
		}
	}
	return 0, false
}

// callee returns the identifier of the function that is called, or nil.
func callee(call *ast.CallExpr) *ast.Ident {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	if selector, ok := fun.(*ast.SelectorExpr); ok {
		return selector.Sel
	}
	name, _ := fun.(*ast.Ident)
	return name
}

// function returns the full name of the function that an identifier stands for, or "".
func (p *checked) function(name *ast.Ident) string {
	if used, ok := p.types.Uses[name].(*types.Func); ok {
		return used.Origin().FullName()
	}
	return ""
}
