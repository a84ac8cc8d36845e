// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package rules

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
)

func TestRule1_AccountTypeIsOneOfTheFourTypes(t *testing.T) {
	unknownType := func(given string) []refusal {
		return []refusal{{at: at, summary: "Unknown account type", details: []string{
			given, "Use one of User, Group, ExternalUser, ExternalGroup.",
		}}}
	}
	for name, c := range map[string]struct {
		value types.String
		want  []refusal
	}{
		"User":                      {text("User"), nil},
		"Group":                     {text("Group"), nil},
		"ExternalUser":              {text("ExternalUser"), nil},
		"ExternalGroup":             {text("ExternalGroup"), nil},
		"null":                      {types.StringNull(), nil},
		"unknown":                   {types.StringUnknown(), nil},
		"empty":                     {text(""), unknownType(`"" is not an account type`)},
		"in another case":           {text("user"), unknownType(`"user" is not an account type`)},
		"the server's InternalUser": {text("InternalUser"), unknownType(`"InternalUser" is not an account type`)},
	} {
		t.Run(name, func(t *testing.T) { check(t, AccountType(at, c.value), c.want...) })
	}
}

func TestRule2_AccountNameHasTheFormOfItsTypeAndPlatform(t *testing.T) {
	const (
		change      = "Change it if the server runs on another platform."
		windowsForm = `Write Domain\Name, for example TECH\william.fox. For a local account, write SERVER\Name, where ` +
			`SERVER is the computer name of the server. server_platform in em is "windows". ` + change
		linuxForm = `Write Name@Domain, for example william.fox@tech.local. For a local account, write only its name. ` +
			`server_platform in em is "linux". ` + change
		externalForm = `Write Username@Suffix, for example william.fox@tech.com.`
	)
	refused := func(given, kind, form string) []refusal {
		return []refusal{{at: at, summary: "The account name has the wrong form", details: []string{
			given + " is not a valid name for an account of type " + kind + ".", form,
		}}}
	}
	for name, c := range map[string]struct {
		kind, name types.String
		platform   string
		want       []refusal
	}{
		"user on Windows":             {text("User"), text(`TECH\william.fox`), "windows", nil},
		"user of a host":              {text("User"), text(`SRV12\Administrator`), "windows", nil},
		"name with a space in it":     {text("Group"), text(`TECH\Domain Admins`), "windows", nil},
		"user on Linux":               {text("User"), text("william.fox@tech.local"), "linux", nil},
		"group on Linux":              {text("Group"), text("operators@tech.local"), "linux", nil},
		"external user":               {text("ExternalUser"), text("william.fox@tech.com"), "windows", nil},
		"external user, server Linux": {text("ExternalUser"), text("william.fox@tech.com"), "linux", nil},
		"external group is any text":  {text("ExternalGroup"), text(`any / text, even a\b@c`), "windows", nil},
		"name null":                   {text("User"), types.StringNull(), "windows", nil},
		"name unknown":                {text("User"), types.StringUnknown(), "windows", nil},
		"type null":                   {types.StringNull(), text("x"), "windows", nil},
		"type unknown":                {types.StringUnknown(), text("x"), "windows", nil},
		"platform not known yet":      {text("User"), text("x"), "", nil},
		"type that rule 1 refuses":    {text("Robot"), text("x"), "windows", nil},
		"local user on Linux":         {text("User"), text("veeamadmin"), "linux", nil},
		"local group on Linux":        {text("Group"), text("Backup Operators"), "linux", nil},
		"local user on Windows": {
			text("User"), text("Administrator"), "windows", refused(`"Administrator"`, "User", windowsForm),
		},
		"no name on Linux":   {text("User"), text("@tech"), "linux", refused(`"@tech"`, "User", linuxForm)},
		"no domain on Linux": {text("User"), text("fox@"), "linux", refused(`"fox@"`, "User", linuxForm)},
		"empty on Linux":     {text("User"), text(""), "linux", refused(`""`, "User", linuxForm)},
		"white space around a local name": {
			text("User"), text(" fox"), "linux", refused(`" fox"`, "User", linuxForm),
		},
		"Linux form on Windows": {
			text("User"), text("william.fox@tech.local"), "windows", refused(`"william.fox@tech.local"`, "User", windowsForm),
		},
		"Windows form on Linux": {
			text("Group"), text(`TECH\ops`), "linux", refused(`"TECH\\ops"`, "Group", linuxForm),
		},
		"no domain":      {text("User"), text(`\fox`), "windows", refused(`"\\fox"`, "User", windowsForm)},
		"no name":        {text("User"), text("TECH\\"), "windows", refused(`"TECH\\"`, "User", windowsForm)},
		"two separators": {text("User"), text(`A\B\C`), "windows", refused(`"A\\B\\C"`, "User", windowsForm)},
		"white space around the name": {
			text("User"), text(`TECH\ fox`), "windows", refused(`"TECH\\ fox"`, "User", windowsForm),
		},
		"white space after the domain": {
			text("User"), text(`TECH \fox`), "windows", refused(`"TECH \\fox"`, "User", windowsForm),
		},
		"empty user": {text("User"), text(""), "windows", refused(`""`, "User", windowsForm)},
		"external user in domain form": {
			text("ExternalUser"), text(`TECH\fox`), "windows", refused(`"TECH\\fox"`, "ExternalUser", externalForm),
		},
		"external user with no suffix": {
			text("ExternalUser"), text("fox@"), "windows", refused(`"fox@"`, "ExternalUser", externalForm),
		},
		"external user with two @": {
			text("ExternalUser"), text("a@b@c"), "linux", refused(`"a@b@c"`, "ExternalUser", externalForm),
		},
		"external group of white space": {
			text("ExternalGroup"), text("  "), "windows",
			[]refusal{{at: at, summary: "The account has no name", details: []string{
				"Set account_name to the name of the group that the identity provider sends.",
			}}},
		},
		"a control character": {
			text("Group"), text("TECH\\ops\x00"), "windows",
			[]refusal{{at: at, summary: "The account name contains a control character", details: []string{
				`"TECH\\ops\x00" has a control character after 8 bytes.`,
			}}},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, AccountName(at, c.kind, c.name, c.platform), c.want...) })
	}
}

func TestRule2_TheErrorForAnExternalUserDoesNotMentionThePlatform(t *testing.T) {
	got := AccountName(at, text("ExternalUser"), text("x"), "windows")
	if len(got) != 1 || strings.Contains(got[0].Detail(), "server_platform") {
		t.Errorf("the form of an external user does not depend on the platform: %v", got)
	}
}

func TestRule3_RolesContainAtLeastOneUIDInLowerCase(t *testing.T) {
	const uid = "urn:veeam:EnterpriseRole:" + roleGUID
	upper := "urn:veeam:EnterpriseRole:" + strings.ToUpper(roleGUID)
	notUID := func(given attr.Value, quoted string) refusal {
		return refusal{at: at.AtSetValue(given), summary: "Not the UID of a role", details: []string{
			quoted + " does not have the form urn:veeam:EnterpriseRole:<GUID>.", "Use the uid of the data source veeam_em_role",
		}}
	}
	for name, c := range map[string]struct {
		value types.Set
		want  []refusal
	}{
		"one":                     {set(text(uid)), nil},
		"null":                    {types.SetNull(types.StringType), nil},
		"unknown":                 {types.SetUnknown(types.StringType), nil},
		"unknown element":         {set(types.StringUnknown()), nil},
		"unknown and a valid one": {set(types.StringUnknown(), text(uid)), nil},
		"empty": {set(), []refusal{{at: at, summary: "The account has no role", details: []string{
			"Enterprise Manager refuses to remove the last one",
			"Add at least one role UID, for example data.veeam_em_role.operator.uid.",
		}}}},
		"name":      {set(text("Portal User")), []refusal{notUID(text("Portal User"), `"Portal User"`)}},
		"bare GUID": {set(text(roleGUID)), []refusal{notUID(text(roleGUID), `"`+roleGUID+`"`)}},
		"UID of an account": {
			set(text("urn:veeam:EnterpriseAccount:" + roleGUID)),
			[]refusal{notUID(text("urn:veeam:EnterpriseAccount:"+roleGUID), roleGUID+`"`)},
		},
		"not a GUID": {
			set(text("urn:veeam:EnterpriseRole:x")),
			[]refusal{notUID(text("urn:veeam:EnterpriseRole:x"), `EnterpriseRole:x"`)},
		},
		"empty element": {set(text("")), []refusal{notUID(text(""), `""`)}},
		"upper-case GUID": {set(text(upper)), []refusal{{
			at: at.AtSetValue(text(upper)), summary: "The UID of a role must be in lower case", details: []string{
				`Write "` + uid + `" instead of "` + upper + `"`, "Terraform compares the UIDs exactly",
			},
		}}},
		"the wrong ones among several": {
			set(text("a"), text(uid), types.StringUnknown(), text("b")),
			[]refusal{notUID(text("a"), `"a"`), notUID(text("b"), `"b"`)},
		},
	} {
		t.Run(name, func(t *testing.T) { check(t, Roles(at, c.value), c.want...) })
	}
}

func TestRule3_TheServerHasEachRole(t *testing.T) {
	have := []emapi.Role{{ID: roleGUID, Name: "Portal User"}, {ID: rootGUID, Name: "Auditor"}}
	other := "urn:veeam:EnterpriseRole:00000000-0000-0000-0000-000000000000"
	missing := []refusal{{at: at.AtSetValue(text(other)), summary: "The server has no such role", details: []string{
		"Enterprise Manager has no role " + other + ".",
		"Its roles are: Auditor (urn:veeam:EnterpriseRole:" + rootGUID + "), " +
			"Portal User (urn:veeam:EnterpriseRole:" + roleGUID + ").",
	}}}
	for name, c := range map[string]struct {
		value types.Set
		want  []refusal
	}{
		"all exist":       {set(text(have[0].UID()), text(have[1].UID())), nil},
		"null":            {types.SetNull(types.StringType), nil},
		"unknown":         {types.SetUnknown(types.StringType), nil},
		"empty":           {set(), nil},
		"unknown element": {set(types.StringUnknown()), nil},
		"one is missing":  {set(text(have[0].UID()), text(other), types.StringUnknown()), missing},
	} {
		t.Run(name, func(t *testing.T) { check(t, RolesExist(at, c.value, have), c.want...) })
	}
}

func TestRule4_AnAccountThatMayNotRestoreAllNeedsARestoreScope(t *testing.T) {
	item := types.ObjectType{AttrTypes: itemTypes}
	one := types.SetValueMust(item, []attr.Value{scopeItem("urn:VMware:Vm:"+rootGUID+".vm-1", "VM01")})
	refused := []refusal{{at: at, summary: "The account could not restore anything", details: []string{
		"If allow_restore_all_vms is false, the server requires a restore scope.",
		"Add at least one item to restore_scope, or set allow_restore_all_vms = true.",
	}}}
	type existing struct {
		all   types.Bool
		scope types.Set
	}
	none, empty := types.SetNull(item), types.SetValueMust(item, []attr.Value{})
	created := existing{types.BoolNull(), none}
	for name, c := range map[string]struct {
		before existing
		all    types.Bool
		scope  types.Set
		want   []refusal
	}{
		"all, no scope":          {created, types.BoolValue(true), none, nil},
		"all, and a scope":       {created, types.BoolValue(true), one, nil},
		"not all, a scope":       {created, types.BoolValue(false), one, nil},
		"not all, scope unknown": {created, types.BoolValue(false), types.SetUnknown(item), nil},
		"not all, an item unknown": {
			created, types.BoolValue(false), types.SetValueMust(item, []attr.Value{types.ObjectUnknown(itemTypes)}), nil,
		},
		"unknown, no scope":    {created, types.BoolUnknown(), none, nil},
		"null, no scope":       {created, types.BoolNull(), none, nil},
		"not all, scope null":  {created, types.BoolValue(false), none, refused},
		"not all, scope empty": {created, types.BoolValue(false), empty, refused},

		"without an item before":     {existing{types.BoolValue(false), none}, types.BoolValue(false), none, nil},
		"with an empty scope before": {existing{types.BoolValue(false), empty}, types.BoolValue(false), none, nil},
		"the last item goes":         {existing{types.BoolValue(false), one}, types.BoolValue(false), empty, refused},
		"all before":                 {existing{types.BoolValue(true), none}, types.BoolValue(false), none, refused},
		"all and an item before":     {existing{types.BoolValue(true), one}, types.BoolValue(false), none, refused},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, RestoreScopeNeeded(at, c.before.all, c.before.scope, c.all, c.scope), c.want...)
		})
	}
}

func TestRule5_InplaceOnlyNeedsExtensions(t *testing.T) {
	refused := []refusal{{at: at, summary: "No file name extension may be restored", details: []string{
		"If inplace_only is true, the server requires the extensions that may be restored.",
		`Add at least one item to extension_restrictions, for example ["doc", "pdf"], or set inplace_only = false.`,
	}}}
	for name, c := range map[string]struct {
		inplace    types.Bool
		extensions types.Set
		want       []refusal
	}{
		"not only, none":        {types.BoolValue(false), types.SetNull(types.StringType), nil},
		"not only, some":        {types.BoolValue(false), set(text("doc")), nil},
		"only, some":            {types.BoolValue(true), set(text("doc")), nil},
		"only, unknown":         {types.BoolValue(true), types.SetUnknown(types.StringType), nil},
		"only, unknown element": {types.BoolValue(true), set(types.StringUnknown()), nil},
		"unknown, none":         {types.BoolUnknown(), types.SetNull(types.StringType), nil},
		"null, none":            {types.BoolNull(), types.SetNull(types.StringType), nil},
		"only, null":            {types.BoolValue(true), types.SetNull(types.StringType), refused},
		"only, empty":           {types.BoolValue(true), set(), refused},
	} {
		t.Run(name, func(t *testing.T) { check(t, ExtensionsNeeded(at, c.inplace, c.extensions), c.want...) })
	}
}

// notExtension is the refusal of an extension.
func notExtension(at path.Path, quoted string) refusal {
	return refusal{at: at, summary: "Not a file name extension", details: []string{
		quoted + " is not a file name extension.",
		"Write one extension per item, without dot, comma, semicolon, slash, white space or control characters, for " +
			`example "docx".`,
	}}
}

func TestRule6_AnExtensionContainsNoSeparator(t *testing.T) {
	for _, ext := range []string{"doc", "DOCX", "7z", "tar-gz", "ü", ".doc", "tar.gz", "foo bar", "a/b", `a\b`} {
		t.Run("allowed "+ext, func(t *testing.T) { check(t, Extension(at, text(ext))) })
	}
	for name, v := range map[string]types.String{"null": types.StringNull(), "unknown": types.StringUnknown()} {
		t.Run(name, func(t *testing.T) { check(t, Extension(at, v)) })
	}
	for quoted, ext := range map[string]string{
		`""`: "", `"doc,pdf"`: "doc,pdf", `"doc;pdf"`: "doc;pdf", `"\t"`: "\t", `"\n"`: "\n", `"do\x00c"`: "do\x00c",
		`"do\u0085c"`: "do\u0085c",
	} {
		t.Run("refused "+quoted, func(t *testing.T) { check(t, Extension(at, text(ext)), notExtension(at, quoted)) })
	}
}

func TestRule6_ANewExtensionHasNoDotSlashOrWhiteSpace(t *testing.T) {
	had := set(text(".DOC"), text("tar.gz"), text("foo bar"))
	none := types.SetNull(types.StringType)
	for name, c := range map[string]struct{ state, plan types.Set }{
		"plain":                {none, set(text("doc"), text("7z"))},
		"null":                 {none, none},
		"unknown":              {none, types.SetUnknown(types.StringType)},
		"an unknown element":   {none, set(types.StringUnknown(), types.StringNull())},
		"what the account has": {had, had},
		"part of it":           {had, set(text("foo bar"))},
		"another spelling":     {had, set(text("TAR.GZ"), text("doc"), text(".doc"))},
		"added to it":          {had, set(text(".DOC"), text("pdf"))},
	} {
		t.Run(name, func(t *testing.T) { check(t, NewExtensions(at, c.state, c.plan)) })
	}
	for quoted, ext := range map[string]string{
		`".doc"`: ".doc", `"a/b"`: "a/b", `"a\\b"`: `a\b`, `"zip.gz"`: "zip.gz", `" doc"`: " doc", `"doc "`: "doc ",
		`"a b"`: "a b", `"\u00a0doc"`: "\u00a0doc",
	} {
		t.Run("refused "+quoted, func(t *testing.T) {
			want := notExtension(at.AtSetValue(text(ext)), quoted)
			for _, state := range []types.Set{none, set(text("tar.gz"))} {
				check(t, NewExtensions(at, state, set(text("pdf"), text(ext))), want)
			}
		})
	}
}

// replaceCase is a pair of settings, and whether a change from state to plan replaces the account.
type replaceCase struct {
	state, plan types.Object
	want        bool
}

// replaceCases returns the cases of rules 7 and 8 for settings of these types.
func replaceCases(attrTypes map[string]attr.Type, one, other map[string]attr.Value) map[string]replaceCase {
	a, b := types.ObjectValueMust(attrTypes, one), types.ObjectValueMust(attrTypes, other)
	null, unknown := types.ObjectNull(attrTypes), types.ObjectUnknown(attrTypes)
	return map[string]replaceCase{
		"the same":                                  {a, a, false},
		"another":                                   {a, b, true},
		"configured after an import":                {null, a, false},
		"not configured after an import":            {null, null, false},
		"no longer configured":                      {a, null, false},
		"known only after apply":                    {a, unknown, true},
		"known only after apply, null in the state": {null, unknown, false},
	}
}

func TestRule7_AChangeOfFLRSettingsReplaces(t *testing.T) {
	attrTypes := map[string]attr.Type{
		"inplace_only": types.BoolType, "extension_restrictions": types.SetType{ElemType: types.StringType},
	}
	settings := func(extensions ...attr.Value) map[string]attr.Value {
		return map[string]attr.Value{"inplace_only": types.BoolValue(true), "extension_restrictions": set(extensions...)}
	}
	one, other := settings(text("doc"), text("pdf")), settings(text("doc"))
	for name, c := range replaceCases(attrTypes, one, other) {
		t.Run(name, func(t *testing.T) {
			if got := FLRSettingsReplace(c.state, c.plan); got != c.want {
				t.Errorf("replaces: %t, want %t", got, c.want)
			}
		})
	}
	for name, same := range map[string]map[string]attr.Value{
		"another order": settings(text("pdf"), text("doc")), "another case": settings(text("DOC"), text("Pdf")),
		"dots": settings(text(".doc"), text("pdf")),
	} {
		if FLRSettingsReplace(types.ObjectValueMust(attrTypes, one), types.ObjectValueMust(attrTypes, same)) {
			t.Errorf("%s of the extensions replaces", name)
		}
	}
	for name, more := range map[string]map[string]attr.Value{
		"an unknown extension": settings(text("doc"), text("pdf"), types.StringUnknown()),
		"unknown extensions": {
			"inplace_only": types.BoolValue(true), "extension_restrictions": types.SetUnknown(types.StringType),
		},
		"an unknown inplace_only": {
			"inplace_only": types.BoolUnknown(), "extension_restrictions": set(text("doc"), text("pdf")),
		},
	} {
		if !FLRSettingsReplace(types.ObjectValueMust(attrTypes, one), types.ObjectValueMust(attrTypes, more)) {
			t.Errorf("%s does not replace", name)
		}
	}
}

func TestRule8_AChangeOfSQLSettingsReplaces(t *testing.T) {
	attrTypes := map[string]attr.Type{"deny_inplace_restore": types.BoolType}
	one := map[string]attr.Value{"deny_inplace_restore": types.BoolValue(true)}
	other := map[string]attr.Value{"deny_inplace_restore": types.BoolValue(false)}
	for name, c := range replaceCases(attrTypes, one, other) {
		t.Run(name, func(t *testing.T) {
			if got := SQLSettingsReplace(c.state, c.plan); got != c.want {
				t.Errorf("replaces: %t, want %t", got, c.want)
			}
		})
	}
}

func TestRule9_AnotherTypeOrNameReplaces(t *testing.T) {
	for name, c := range map[string]struct {
		state, plan types.String
		want        bool
	}{
		"the same":                  {text("User"), text("User"), false},
		"another":                   {text("User"), text("Group"), true},
		"known only after apply":    {text("User"), types.StringUnknown(), true},
		"not in the state yet":      {types.StringNull(), text("User"), false},
		"not in the state, unknown": {types.StringNull(), types.StringUnknown(), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := AccountReplace(c.state, c.plan); got != c.want {
				t.Errorf("replaces: %t, want %t", got, c.want)
			}
		})
	}
}

func TestRule5_ExtensionsWithoutInplaceOnlyWarn(t *testing.T) {
	warning := []refusal{{
		at: at, summary: "The file name extensions may not restrict the account", warning: true, details: []string{
			"extension_restrictions has items, but inplace_only is false.", "Set inplace_only = true",
		},
	}}
	yes, no := types.BoolValue(true), types.BoolValue(false)
	for name, c := range map[string]struct {
		inplaceOnly types.Bool
		extensions  types.Set
		want        []refusal
	}{
		"extensions without inplace_only": {no, set(text("doc")), warning},
		"an unknown extension":            {no, set(types.StringUnknown()), warning},
		"both":                            {yes, set(text("doc")), nil},
		"neither":                         {no, set(), nil},
		"inplace_only null":               {types.BoolNull(), set(text("doc")), nil},
		"inplace_only unknown":            {types.BoolUnknown(), set(text("doc")), nil},
		"extensions null":                 {no, types.SetNull(types.StringType), nil},
		"extensions unknown":              {no, types.SetUnknown(types.StringType), nil},
	} {
		t.Run(name, func(t *testing.T) { check(t, ExtensionsWithoutEffect(at, c.inplaceOnly, c.extensions), c.want...) })
	}
}

func TestRule14_ScopesDoNotRestrictAPortalAdministrator(t *testing.T) {
	warning := []refusal{{
		at: at, summary: `The restore scope does not restrict TECH\fox`, warning: true, details: []string{
			"allow_restore_all_vms is false", "remove Portal Administrator from roles",
		},
	}}
	for name, c := range map[string]struct {
		isAdministrator bool
		all             types.Bool
		want            []refusal
	}{
		"restricted administrator":   {true, types.BoolValue(false), warning},
		"unrestricted administrator": {true, types.BoolValue(true), nil},
		"null":                       {true, types.BoolNull(), nil},
		"unknown":                    {true, types.BoolUnknown(), nil},
		"restricted user":            {false, types.BoolValue(false), nil},
	} {
		t.Run(name, func(t *testing.T) { check(t, AdministratorScope(at, `TECH\fox`, c.isAdministrator, c.all), c.want...) })
	}
}
