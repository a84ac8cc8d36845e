// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// mutant is a file with one change.
type mutant struct {
	at   token.Position
	what string // the change
	src  string
}

// opposite maps an operator to the one that replaces it. The boundary of a comparison moves; it is not inverted.
var opposite = map[token.Token]token.Token{
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL,
}

// mutants returns the mutants of a file in the order of their positions. A mutant uses every variable and import that
// the file uses, because it would not compile otherwise.
func mutants(name, src string) ([]mutant, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f := &file{fset: fset, src: src, conditions: map[ast.Expr]bool{}}
	var results []*ast.FieldList // of the enclosing functions
	var path []ast.Node
	ast.Inspect(parsed, func(n ast.Node) bool {
		if n == nil {
			if _, ok := signature(path[len(path)-1]); ok {
				results = results[:len(results)-1]
			}
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		if t, ok := signature(n); ok {
			results = append(results, t.Results)
		}
		if r, ok := n.(*ast.ReturnStmt); ok {
			f.result(r, results[len(results)-1])
		}
		f.visit(n)
		return true
	})
	slices.SortStableFunc(f.found, func(a, b mutant) int { return a.at.Offset - b.at.Offset })
	return f.found, nil
}

func signature(n ast.Node) (*ast.FuncType, bool) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Type, true
	case *ast.FuncLit:
		return n.Type, true
	}
	return nil, false
}

type file struct {
	fset       *token.FileSet
	src        string
	conditions map[ast.Expr]bool // whole conditions, for which a negation is no further mutant
	found      []mutant
}

// visit adds the mutants of a node, except those of its children.
func (f *file) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.IfStmt:
		f.replace(n.Cond, "never", "false && ("+f.text(n.Cond)+")")
		f.replace(n.Cond, "always", "true || ("+f.text(n.Cond)+")")
		f.conditions[n.Cond] = true
	case *ast.SwitchStmt:
		f.cases(n)
	case *ast.BlockStmt:
		f.statements(n.List)
	case *ast.CaseClause:
		f.statements(n.Body)
	case *ast.CommClause:
		f.statements(n.Body)
	case *ast.BinaryExpr:
		if to, ok := opposite[n.Op]; ok && !(f.conditions[n] && (n.Op == token.EQL || n.Op == token.NEQ)) {
			f.add(n, n.Op.String()+" becomes "+to.String(), n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), to.String())
		}
	case *ast.Ident:
		if to, ok := map[string]string{"true": "false", "false": "true"}[n.Name]; ok {
			f.replace(n, "becomes "+to, to)
		}
	}
}

// cases adds a mutant for each condition of a switch that has no tag.
func (f *file) cases(s *ast.SwitchStmt) {
	if s.Tag != nil {
		return
	}
	for _, clause := range s.Body.List {
		for _, condition := range clause.(*ast.CaseClause).List {
			f.replace(condition, "never", "false && ("+f.text(condition)+")")
			f.conditions[condition] = true
		}
	}
}

// statements adds a mutant for each statement that can be dropped, and for each lock.
func (f *file) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt, *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt, *ast.IncDecStmt:
			f.replace(s, "dropped", "if false { "+f.text(s)+" }")
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				f.replace(s, "dropped", "if false { "+f.text(s)+" }")
			}
			if call, ok := s.Rhs[0].(*ast.CallExpr); ok && len(s.Lhs) == 2 && strings.Contains(f.text(call.Fun), ".Lock") {
				f.replace(call, "takes no lock", "func() (func(), error) { if false { return "+f.text(call)+
					" }; return func() {}, nil }()")
			}
		}
	}
}

// result adds a mutant of a return statement whose last result is an error or a bool.
func (f *file) result(r *ast.ReturnStmt, types *ast.FieldList) {
	if len(r.Results) == 0 {
		return
	}
	last, kind := r.Results[len(r.Results)-1], f.text(types.List[len(types.List)-1].Type)
	call, isCall := last.(*ast.CallExpr)
	switch missing := types.NumFields() - len(r.Results); {
	case kind == "error" && missing > 0 && isCall: // the call has all results
		values := ""
		for i := range missing {
			values += fmt.Sprintf("v%d, ", i)
		}
		f.replace(r, "without its error", "{ "+values+"_ := "+f.text(call)+"; return "+values+"nil }")
	case kind == "error" && missing == 0 && f.text(last) != "nil":
		f.replace(last, "returns nil", "func() error { _ = "+f.text(last)+"; return nil }()")
	case kind == "bool" && missing == 0 && isCall:
		f.replace(last, "negated", "!"+f.text(last))
	}
}

func (f *file) text(n ast.Node) string {
	return f.src[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset]
}

func (f *file) replace(n ast.Node, what, by string) { f.add(n, what, n.Pos(), n.End(), by) }

// add adds the mutant of n in which by replaces the source between two positions.
func (f *file) add(n ast.Node, what string, from, to token.Pos, by string) {
	line, _, more := strings.Cut(f.text(n), "\n")
	if more {
		line += " ..."
	}
	start, end := f.fset.Position(from), f.fset.Position(to)
	changed := f.src[:start.Offset] + by + f.src[end.Offset:]
	f.found = append(f.found, mutant{at: start, what: line + ": " + what, src: changed})
}
