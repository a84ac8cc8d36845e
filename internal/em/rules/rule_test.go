// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	roleGUID = "5f37a46b-9ce2-40f4-8a62-b45b079257fc"
	rootGUID = "a2b0c55d-829a-4efe-bd95-125ee77ba9dd"
)

// at is the path of the attribute in the tests of the rules.
var at = path.Root("at")

// refusal is an expected error or warning of a rule: its path, its summary, and parts of its detail.
type refusal struct {
	at      path.Path
	summary string
	details []string
	warning bool
}

// check checks that the diagnostics of a rule are exactly these refusals, in this order.
func check(t *testing.T, got diag.Diagnostics, want ...refusal) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d diagnostics, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		if isWarning := got[i].Severity() == diag.SeverityWarning; isWarning != w.warning {
			t.Errorf("severity %s, want a warning: %t", got[i].Severity(), w.warning)
		}
		located, ok := got[i].(diag.DiagnosticWithPath)
		if !ok || !located.Path().Equal(w.at) {
			t.Errorf("not at %s: %v", w.at, got[i])
		}
		if got[i].Summary() != w.summary {
			t.Errorf("summary %q, want %q", got[i].Summary(), w.summary)
		}
		for _, detail := range w.details {
			if !strings.Contains(got[i].Detail(), detail) {
				t.Errorf("the detail does not say %q: %s", detail, got[i].Detail())
			}
		}
	}
}

// set returns a known set of strings.
func set(values ...attr.Value) types.Set { return types.SetValueMust(types.StringType, values) }

func text(s string) types.String { return types.StringValue(s) }

// Terraform shows the whole resource for a path into a set, so the text must say which attribute and value is meant.
func TestRules_NameAttributeAndValueOfASetElement(t *testing.T) {
	const ref = "urn:VMware:Vm:" + rootGUID + ".vm-1"
	roles, scope := path.Root("roles"), path.Root("restore_scope")
	extensions := path.Root("flr_settings").AtName(AttrExtensions)
	inScope := func(ref, name string) path.Path { return scope.AtSetValue(scopeItem(ref, name)) }
	items := types.SetValueMust(types.ObjectType{AttrTypes: itemTypes}, []attr.Value{
		scopeItem(ref, "VM01"), scopeItem(ref+"0", "VM01"),
	})
	for name, c := range map[string]struct {
		diags diag.Diagnostics
		want  string // the start of the detail
	}{
		"rule 3, form": {Roles(roles, set(text("x"))), `roles: "x" `},
		"rule 3, case": {Roles(roles, set(text(strings.ToUpper(roleGUID)))), `roles: "` + strings.ToUpper(roleGUID) + `" `},
		"rule 3, none": {Roles(roles, set()), "roles: "},
		"rule 3, on the server": {
			RolesExist(roles, set(text("urn:veeam:EnterpriseRole:"+roleGUID)), nil),
			`roles: Enterprise Manager has no role urn:`,
		},
		"rule 6": {
			Extension(extensions.AtSetValue(text("a,b")), text("a,b")), `flr_settings.extension_restrictions: "a,b" `,
		},
		"rule 6, new": {NewExtensions(extensions, set(), set(text("a.b"))), `flr_settings.extension_restrictions: "a.b" `},
		"rule 10, form": {
			HierarchyObjRef(inScope("x", "VM01").AtName(AttrHierarchyObjRef), text("x")),
			`restore_scope.hierarchy_obj_ref of {"hierarchy_obj_ref":"x","object_name":"VM01"}: "x" `,
		},
		"rule 10, type": {
			HierarchyObjRef(inScope("x", "VM01").AtName(AttrHierarchyObjRef), text("urn:VMware:X:"+rootGUID+".x")),
			`restore_scope.hierarchy_obj_ref of {"hierarchy_obj_ref":"x","object_name":"VM01"}: ` +
				`"urn:VMware:X:` + rootGUID + `.x" `,
		},
		"rule 10, no name": {
			ObjectName(inScope(ref, "").AtName(AttrObjectName), text("")),
			`restore_scope.object_name of {"hierarchy_obj_ref":"` + ref + `","object_name":""}: `,
		},
		"rule 10, control character": {
			ObjectName(inScope(ref, "\t").AtName(AttrObjectName), text("\t")),
			`restore_scope.object_name of {"hierarchy_obj_ref":"` + ref + `","object_name":"\t"}: "\t" `,
		},
		"rule 13": {ScopesDistinct(scope, items), `restore_scope: ` + ref},
	} {
		t.Run(name, func(t *testing.T) {
			if len(c.diags) != 1 || !strings.HasPrefix(c.diags[0].Detail(), c.want) {
				t.Errorf("got %v, want %s", c.diags, c.want)
			}
		})
	}
}
