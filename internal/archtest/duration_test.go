// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"go/ast"
	"go/constant"
	"go/token"
	"slices"
	"time"
)

// shortest is the shortest timeout allowed outside a bubble: even on a machine with eight times the load that it can
// handle, no test needs longer.
const shortest = time.Minute

// isShort reports whether a timeout is shorter than allowed or is not a constant. Zero and less is allowed: it means no
// timeout, or one that has already passed.
func (f *testFolder) isShort(duration ast.Expr) bool {
	value := f.value(duration, 0)
	if value.Kind() == constant.String {
		parsed, err := time.ParseDuration(constant.StringVal(value))
		return err != nil || parsed > 0 && parsed < shortest
	}
	d, exact := constant.Int64Val(constant.ToInt(value))
	return !exact || d > 0 && d < int64(shortest)
}

var units = map[string]time.Duration{
	"Nanosecond": time.Nanosecond, "Microsecond": time.Microsecond, "Millisecond": time.Millisecond,
	"Second": time.Second, "Minute": time.Minute, "Hour": time.Hour,
}

// value computes a constant expression. A call with one argument counts as a conversion.
func (f *testFolder) value(e ast.Expr, depth int) constant.Value {
	unknown := constant.MakeUnknown()
	if depth > 100 { // a constant that refers to itself
		return unknown
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.ParenExpr:
		return f.value(e.X, depth+1)
	case *ast.CallExpr:
		if len(e.Args) == 1 {
			return f.value(e.Args[0], depth+1)
		}
	case *ast.SelectorExpr:
		if unit := units[e.Sel.Name]; unit > 0 {
			return constant.MakeInt64(int64(unit))
		}
	case *ast.Ident:
		if declared := f.constants[e.Name]; declared != nil {
			return f.value(declared, depth+1)
		}
	case *ast.UnaryExpr:
		if x := f.value(e.X, depth+1); e.Op == token.SUB && isNumber(x) {
			return constant.UnaryOp(token.SUB, x, 0)
		}
	case *ast.BinaryExpr:
		x, y := f.value(e.X, depth+1), f.value(e.Y, depth+1)
		if isNumber(x) && isNumber(y) && slices.Contains([]token.Token{token.ADD, token.SUB, token.MUL}, e.Op) {
			return constant.BinaryOp(x, e.Op, y)
		}
	}
	return unknown
}

func isNumber(v constant.Value) bool { return v.Kind() == constant.Int || v.Kind() == constant.Float }

// findConstants returns the constants of the folder by name, including those declared in functions.
func (f *testFolder) findConstants() map[string]ast.Expr {
	found := map[string]ast.Expr{}
	for _, parsed := range f.files {
		ast.Inspect(parsed, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST {
				for _, spec := range d.Specs {
					spec, _ := spec.(*ast.ValueSpec)
					for i, name := range spec.Names {
						if _, again := found[name.Name]; again || i >= len(spec.Values) {
							found[name.Name] = nil
							continue
						}
						found[name.Name] = spec.Values[i]
					}
				}
			}
			return true
		})
	}
	return found
}
