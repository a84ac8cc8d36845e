// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package archtest

import (
	"go/ast"
	"go/constant"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// message is the severity and the summary of a diagnostic. In the summary, a hole stands for what is not constant.
type message struct{ severity, summary string }

// hole stands for a part of a text that is not constant, such as the name of an object.
const hole = "…"

// unknown is the summary of a diagnostic about which nothing is known.
const unknown = hole

// parameter stands for a parameter of a function in a text.
func parameter(i int) string { return "\x00" + strconv.Itoa(i) + "\x00" }

var (
	parameters = regexp.MustCompile("\x00\\d+\x00")
	verbs      = regexp.MustCompile(`%(\[\d+\])?[a-z]`)
	holes      = regexp.MustCompile(`…([ ,]*…)+`)
)

func tidy(text string) string { return holes.ReplaceAllString(text, hole) }

// The severities of diagnostics.
const (
	asError   = "Error"
	asWarning = "Warning"
)

// The packages whose functions make diagnostics.
const (
	framework  = "github.com/hashicorp/terraform-plugin-framework/"
	validators = "github.com/hashicorp/terraform-plugin-framework-validators/"
	timeouts   = "github.com/hashicorp/terraform-plugin-framework-timeouts/"
)

// foreign are the functions of other modules that make diagnostics: of the framework those that take the summary, and
// of the modules of validators all that the provider uses.
var foreign = map[string][]message{
	"(*" + framework + "diag.Diagnostics).AddError":            {{asError, parameter(0)}},
	"(*" + framework + "diag.Diagnostics).AddWarning":          {{asWarning, parameter(0)}},
	"(*" + framework + "diag.Diagnostics).AddAttributeError":   {{asError, parameter(1)}},
	"(*" + framework + "diag.Diagnostics).AddAttributeWarning": {{asWarning, parameter(1)}},
	framework + "diag.NewErrorDiagnostic":                      {{asError, parameter(0)}},
	framework + "diag.NewWarningDiagnostic":                    {{asWarning, parameter(0)}},
	framework + "diag.NewAttributeErrorDiagnostic":             {{asError, parameter(1)}},
	framework + "diag.NewAttributeWarningDiagnostic":           {{asWarning, parameter(1)}},
	framework + "function.NewArgumentFuncError":                {{asError, "Error in function call"}}, // Terraform's
	framework + "function.NewFuncError":                        {{asError, "Error in function call"}},

	validators + "datasourcevalidator.Conflicting": {{asError, "Invalid Attribute Combination"}},
	validators + "datasourcevalidator.ExactlyOneOf": {
		{asError, "Invalid Attribute Combination"}, {asError, "Missing Attribute Configuration"},
	},
	validators + "datasourcevalidator.RequiredTogether": {{asError, "Invalid Attribute Combination"}},
	validators + "int64validator.Between":               {{asError, "Invalid Attribute Value"}},
	validators + "setvalidator.NoNullValues":            {{asError, "Null Set Value"}},
	validators + "stringvalidator.ConflictsWith":        {{asError, "Invalid Attribute Combination"}},
	validators + "stringvalidator.LengthAtLeast":        {{asError, "Invalid Attribute Value Length"}},
	validators + "stringvalidator.OneOf":                {{asError, "Invalid Attribute Value Match"}},

	timeouts + "resource/timeouts.Attributes":          {{asError, "Invalid Attribute Value Time Duration"}},
	timeouts + "resource/timeouts.AttributesAll":       {{asError, "Invalid Attribute Value Time Duration"}},
	"(" + timeouts + "resource/timeouts.Value).Create": nil, // parses what Attributes has checked
	"(" + timeouts + "resource/timeouts.Value).Delete": nil,
	"(" + timeouts + "resource/timeouts.Value).Equal":  nil,
	"(" + timeouts + "resource/timeouts.Value).Read":   nil,
	"(" + timeouts + "resource/timeouts.Value).Update": nil,
}

// messages returns the diagnostics that the code makes. If a function makes a diagnostic and a parameter is a part of
// the summary, the diagnostic is made at each call of that function. problems says what prevents this.
func (s *source) messages() (found map[message]bool, problems []string) {
	makers := maps.Clone(foreign)
	found = map[message]bool{}
	for grown := true; grown; {
		grown = false
		s.each(func(in function, n ast.Node) {
			call, ok := n.(*ast.CallExpr)
			if !ok || callee(call) == nil {
				return
			}
			for _, made := range makers[in.function(callee(call))] {
				for _, summary := range s.fill(made.summary, call, in, 0) {
					m := message{made.severity, summary}
					if !parameters.MatchString(summary) {
						found[m] = true
					} else if !slices.Contains(makers[in.name()], m) {
						makers[in.name()], grown = append(makers[in.name()], m), true
					}
				}
			}
		})
	}
	return found, s.problems(makers)
}

func (s *source) each(see func(function, ast.Node)) {
	for _, p := range s.packages {
		p.each(see)
	}
}

// problems finds diagnostics that messages cannot find: a function of the makers that is not called but passed on, a
// function of the modules of validators that is not among them, and own types of diagnostics.
func (s *source) problems(makers map[string][]message) (problems []string) {
	called := map[*ast.Ident]bool{}
	s.each(func(in function, n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[callee(n)] = true
		case *ast.FuncDecl:
			if n.Recv != nil && n.Name.Name == "Summary" {
				problems = append(problems, in.name()+" is a diagnostic of its own")
			}
		}
	})
	s.each(func(in function, n ast.Node) {
		id, ok := n.(*ast.Ident)
		if !ok {
			return
		}
		name := in.function(id)
		made, known := makers[name]
		switch {
		case !known && (strings.Contains(name, validators) || strings.Contains(name, timeouts)):
			problems = append(problems, "which diagnostics "+name+" makes is not known")
		case !called[id] && slices.ContainsFunc(made, func(m message) bool { return parameters.MatchString(m.summary) }):
			problems = append(problems, s.files.Position(id.Pos()).String()+": "+name+" makes a diagnostic and is passed on")
		}
	})
	slices.Sort(problems)
	return slices.Compact(problems)
}

// fill puts the arguments of a call in place of the parameters in a text.
func (s *source) fill(text string, call *ast.CallExpr, in function, depth int) []string {
	at := parameters.FindStringIndex(text)
	if at == nil {
		return []string{tidy(text)}
	}
	values := []string{hole}
	i, _ := strconv.Atoi(strings.Trim(text[at[0]:at[1]], "\x00"))
	if i < len(call.Args) {
		values = s.texts(expression{call.Args[i], in}, depth)
	}
	var out []string
	for _, value := range values {
		for _, rest := range s.fill(text[at[1]:], call, in, depth) {
			out = append(out, tidy(text[:at[0]]+value+rest))
		}
	}
	return out
}

// deepest limits how many variables, fields and calls texts follows.
const deepest = 6

// texts returns the texts that an expression can have, in which a parameter of the function stays a parameter.
func (s *source) texts(e expression, depth int) (out []string) {
	if value := e.in.types.Types[e.Expr].Value; value != nil && value.Kind() == constant.String {
		return []string{constant.StringVal(value)}
	}
	if depth > deepest {
		return []string{hole}
	}
	switch x := ast.Unparen(e.Expr).(type) {
	case *ast.BinaryExpr:
		for _, left := range s.texts(expression{x.X, e.in}, depth) {
			for _, right := range s.texts(expression{x.Y, e.in}, depth) {
				out = append(out, tidy(left+right))
			}
		}
	case *ast.Ident:
		out = s.variable(x, e.in, depth)
	case *ast.SelectorExpr:
		for _, value := range s.fields[fieldKey(e.in.types.TypeOf(x.X), x.Sel.Name)] {
			for _, text := range s.texts(value, depth+1) {
				out = append(out, tidy(parameters.ReplaceAllString(text, hole))) // a parameter of another function
			}
		}
	case *ast.CallExpr:
		out = s.result(x, e.in, depth+1)
	}
	if len(out) == 0 {
		return []string{hole}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// variable returns the texts that a variable or a parameter can have.
func (s *source) variable(name *ast.Ident, in function, depth int) (out []string) {
	if in.declaration == nil {
		return nil
	}
	object := in.types.ObjectOf(name)
	if i, ok := in.parameter(object); ok {
		out = append(out, parameter(i))
	}
	assign := func(to, from []ast.Expr) {
		for i, e := range to {
			if id, ok := e.(*ast.Ident); !ok || in.types.ObjectOf(id) != object {
				continue
			}
			if len(to) != len(from) {
				out = append(out, hole)
				continue
			}
			out = append(out, s.texts(expression{from[i], in}, depth+1)...)
		}
	}
	ast.Inspect(in.declaration.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			assign(n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			names := make([]ast.Expr, 0, len(n.Names))
			for _, name := range n.Names {
				names = append(names, name)
			}
			if len(n.Values) > 0 {
				assign(names, n.Values)
			}
		}
		return true
	})
	return out
}

// result returns the texts that a call can return.
func (s *source) result(call *ast.CallExpr, in function, depth int) (out []string) {
	name := callee(call)
	if name == nil {
		return nil
	}
	if in.function(name) == "fmt.Sprintf" {
		return s.formatted(call, in, depth)
	}
	called, ok := s.functions[in.function(name)]
	if !ok {
		return nil
	}
	ast.Inspect(called.declaration.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) != 1 {
				return false
			}
			for _, text := range s.texts(expression{n.Results[0], called}, depth) {
				out = append(out, s.fill(text, call, in, depth)...)
			}
		}
		return true
	})
	return out
}

// formatted returns the texts that a call of fmt.Sprintf can return.
func (s *source) formatted(call *ast.CallExpr, in function, depth int) []string {
	format := in.types.Types[call.Args[0]].Value
	if format == nil {
		return nil
	}
	argument := 0
	text := verbs.ReplaceAllStringFunc(constant.StringVal(format), func(verb string) string {
		argument++
		if verb != "%s" {
			return hole
		}
		return parameter(argument)
	})
	return s.fill(text, call, in, depth)
}
