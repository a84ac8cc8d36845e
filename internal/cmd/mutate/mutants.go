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

// mutant is a change of a file.
type mutant struct {
	at       token.Position
	what     string // the change
	number   int    // in the package, from 1
	broken   bool   // it does not compile
	from, to int    // where it is in the variant of the file
}

// operators are the operators that another one replaces, and how a variant of the source makes the change. The boundary
// of a comparison moves; it is not inverted.
var operators = map[token.Token]struct{ becomes, before, between, after string }{
	token.LAND: {"||", "mutateAnd(#, ", ", func() bool { return (", ") })"},
	token.LOR:  {"&&", "mutateOr(#, ", ", func() bool { return (", ") })"},
	token.LSS:  {"<=", "mutateLess(#, ", ",", ")"},
	token.LEQ:  {"<", "mutateLessOrEqual(#, ", ",", ")"},
	token.GTR:  {">=", "mutateGreater(#, ", ",", ")"},
	token.GEQ:  {">", "mutateGreaterOrEqual(#, ", ",", ")"},
	token.EQL:  {"!=", "mutateNot(#, ", "==", ")"},
	token.NEQ:  {"==", "mutateNot(#, ", "!=", ")"},
}

// parse returns a file with its mutants.
func parse(name, src string) (*file, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f := &file{path: name, src: src, fset: fset, conditions: map[ast.Expr]bool{}}
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
	slices.SortStableFunc(f.mutants, func(a, b *mutant) int { return a.at.Offset - b.at.Offset })
	return f, nil
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
	path, src     string
	fset          *token.FileSet
	conditions    map[ast.Expr]bool // whole conditions, for which a negation is no further mutant
	mutants       []*mutant         // in the order of their positions
	opened, ended []edit            // before and after the changed code, both from the outside in
}

// visit adds the mutants of a node, except those of its children.
func (f *file) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.IfStmt:
		f.wrap(n.Cond, "never", "mutateNever(#, ", ")")
		f.wrap(n.Cond, "always", "mutateAlways(#, ", ")")
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
		o, ok := operators[n.Op]
		if ok && !(f.conditions[n] && (n.Op == token.EQL || n.Op == token.NEQ)) {
			m := f.wrap(n, n.Op.String()+" becomes "+o.becomes, o.before, o.after)
			m.at = f.fset.Position(n.OpPos)
			f.opened = append(f.opened, edit{m, m.at.Offset, m.at.Offset + len(n.Op.String()), o.between})
		}
	case *ast.Ident:
		if to, ok := map[string]string{"true": "false", "false": "true"}[n.Name]; ok {
			f.wrap(n, "becomes "+to, "mutateNot(#, ", ")")
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
			f.wrap(condition, "never", "mutateNever(#, ", ")")
			f.conditions[condition] = true
		}
	}
}

// statements adds a mutant for each statement that can be dropped, and for each lock.
func (f *file) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			// Without a panic, the function may lack a return.
			if !strings.HasPrefix(f.text(s), "panic(") {
				f.drop(s)
			}
		case *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt, *ast.IncDecStmt:
			f.drop(s)
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				f.drop(s)
			}
			if call, ok := s.Rhs[0].(*ast.CallExpr); ok && len(s.Lhs) == 2 && strings.Contains(f.text(call.Fun), ".Lock") {
				f.wrap(call, "takes no lock",
					"func() (func(), error) { if mutateDrop(#) { return func() {}, nil }; return ", " }()")
			}
		}
	}
}

func (f *file) drop(s ast.Stmt) { f.wrap(s, "dropped", "if !mutateDrop(#) { ", " }") }

// result adds a mutant of a return statement whose last result is an error or a bool.
func (f *file) result(r *ast.ReturnStmt, types *ast.FieldList) {
	if len(r.Results) == 0 {
		return
	}
	last, kind := r.Results[len(r.Results)-1], f.text(types.List[len(types.List)-1].Type)
	_, isCall := last.(*ast.CallExpr)
	switch missing := types.NumFields() - len(r.Results); {
	case kind == "error" && missing > 0 && isCall: // the call has all results
		values := ""
		for i := range missing {
			values += fmt.Sprintf("v%d, ", i)
		}
		m := f.add(r, "without its error")
		start := m.at.Offset
		f.opened = append(f.opened, edit{m, start, start + len("return"), "{ " + values + "err :="})
		f.ended = append(f.ended, edit{m, f.end(r), f.end(r), "; return " + values + "mutateError(#, err) }"})
	case kind == "error" && missing == 0 && f.text(last) != "nil":
		f.wrap(last, "returns nil", "mutateError(#, ", ")")
	case kind == "bool" && missing == 0 && isCall:
		f.wrap(last, "negated", "mutateNot(#, ", ")")
	}
}

func (f *file) text(n ast.Node) string { return f.src[f.start(n):f.end(n)] }

func (f *file) start(n ast.Node) int { return f.fset.Position(n.Pos()).Offset }

func (f *file) end(n ast.Node) int { return f.fset.Position(n.End()).Offset }

// wrap adds a mutant of n that inserts text before and after it.
func (f *file) wrap(n ast.Node, what, before, after string) *mutant {
	m := f.add(n, what)
	f.opened = append(f.opened, edit{m, f.start(n), f.start(n), before})
	f.ended = append(f.ended, edit{m, f.end(n), f.end(n), after})
	return m
}

func (f *file) add(n ast.Node, what string) *mutant {
	line, _, more := strings.Cut(f.text(n), "\n")
	if more {
		line += " ..."
	}
	m := &mutant{at: f.fset.Position(n.Pos()), what: line + ": " + what}
	f.mutants = append(f.mutants, m)
	return m
}
