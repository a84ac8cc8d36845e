// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

const listType = "veeam_em_account"

var share = item{emsim.FileShareRef, emsim.FileShareName}

func names(results []tfrun.Listed) []string {
	var out []string
	for _, r := range results {
		out = append(out, r.DisplayName)
	}
	return out
}

// requests returns the requests of the journal without logons, as "METHOD path?query".
func requests(em *acctest.EM) []string {
	var out []string
	for _, r := range em.Journal() {
		if strings.HasPrefix(r.Path, "/api/security") || strings.HasPrefix(r.Path, "/api/lookup") {
			out = append(out, strings.TrimSuffix(r.Method+" "+r.Path+"?"+r.Query, "?"))
		}
	}
	slices.Sort(out)
	return out
}

func accounts(id, rest string) string { return "GET /api/security/accounts/" + id + rest }

const collection = "GET /api/security/accounts?format=Entity"

func TestList_ListsTheAccountsOfATypeAndNameInTheServersOrder(t *testing.T) {
	for name, c := range map[string]struct {
		config map[string]any
		want   []string
	}{
		"all": {
			nil,
			[]string{
				`TECH\administrator`, `TECH\viewer`, `TECH\william.fox`, `TECH\Backup Operators`, "william.fox@tech.com",
				"Helpdesk (SSO)",
			},
		},
		"by type": {
			map[string]any{"account_type": "User"}, []string{`TECH\administrator`, `TECH\viewer`, `TECH\william.fox`},
		},
		"by name":           {map[string]any{"name_regex": "fox"}, []string{`TECH\william.fox`, "william.fox@tech.com"}},
		"by name, exact":    {map[string]any{"name_regex": "^tech"}, nil},
		"by name, any case": {map[string]any{"name_regex": `(?i)^tech\\b`}, []string{`TECH\Backup Operators`}},
		"by both":           {map[string]any{"account_type": "User", "name_regex": "fox"}, []string{`TECH\william.fox`}},
	} {
		for server, options := range map[string]emsim.Options{
			"entities": {Demo: true}, "references": {Demo: true, ReferencesOnly: true},
		} {
			t.Run(name+" of "+server, func(t *testing.T) {
				t.Parallel()
				em := acctest.StartEM(t, options)
				got := em.Protocol().ListAll(tfrun.ListCall{Type: listType, Config: c.config})
				if !slices.Equal(names(got), c.want) {
					t.Errorf("listed %q, want %q", names(got), c.want)
				}
				for _, r := range got {
					if want := map[string]any{"id": em.Account(r.DisplayName).ID}; !reflect.DeepEqual(r.Identity, want) ||
						r.Resource != nil || len(r.Diagnostics) > 0 {
						t.Errorf("%s: identity %v, want %v; resource %v, diagnostics %v",
							r.DisplayName, r.Identity, want, r.Resource, r.Diagnostics)
					}
				}
			})
		}
	}
}

func TestList_ReadsOnlyWhatTheCollectionDoesNotReturn(t *testing.T) {
	const fox, group = emsim.DemoUserID, emsim.DemoGroupID
	const external, sso = emsim.DemoExternalUserID, emsim.DemoExternalGroupID
	root := emsim.VCenterID
	lookup := func(kind, name string) string {
		return "GET /api/lookup?host=urn%3Aveeam%3AHierarchyRoot%3A" + root + "&name=" + name + "&type=" + kind
	}
	for name, c := range map[string]struct {
		references bool
		call       tfrun.ListCall
		want       []string
	}{
		"names of entities": {
			false,
			tfrun.ListCall{Config: map[string]any{"account_type": "ExternalUser", "name_regex": "fox"}},
			[]string{collection},
		},
		"names of references": {true, tfrun.ListCall{}, []string{collection}},
		"a type of references reads those with the name": {
			true,
			tfrun.ListCall{Config: map[string]any{"account_type": "User", "name_regex": "fox"}},
			[]string{accounts(fox, "?format=Entity"), accounts(external, "?format=Entity"), collection},
		},
		"a resource that may restore all": {
			false,
			tfrun.ListCall{IncludeResource: true, Config: map[string]any{"account_type": "Group"}},
			[]string{accounts(group, "/roles"), accounts(group, "/scopes"), collection},
		},
		"a resource with a scope": {
			false,
			tfrun.ListCall{IncludeResource: true, Config: map[string]any{"account_type": "ExternalUser"}},
			[]string{lookup("Vm", "SQLSRV"), accounts(external, "/roles"), accounts(external, "/scopes"), collection},
		},
		"a resource of references": {
			true,
			tfrun.ListCall{IncludeResource: true, Config: map[string]any{"name_regex": "SSO"}},
			[]string{
				accounts(sso, "/roles"), accounts(sso, "/scopes"), accounts(sso, "?format=Entity"), collection,
			},
		},
		"a limit": {
			false,
			tfrun.ListCall{IncludeResource: true, Limit: 1, Config: map[string]any{"name_regex": "fox"}},
			[]string{
				lookup("Folder", "Linux"), lookup("Vm", "VM01"), accounts(fox, "/roles"), accounts(fox, "/scopes"), collection,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{Demo: true, ReferencesOnly: c.references})
			c.call.Type = listType
			em.Protocol().ListAll(c.call)
			slices.Sort(c.want)
			if got := requests(em); !slices.Equal(got, c.want) {
				t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func TestList_LooksUpAnObjectOnceForAllAccounts(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{RootNames: emsim.RootNamesName})
	em.Mutate(func(s *emsim.Store) {
		for _, name := range []string{`TECH\a`, `TECH\b`, `TECH\c`} {
			a := s.AddAccount(emsim.Account{Type: "User", Name: name, Roles: []string{emsim.RolePortalUser}})
			s.AddScope(a.ID, emsim.VM01Ref, emsim.VM01Name)
		}
	})
	em.Protocol().ListAll(tfrun.ListCall{Type: listType, IncludeResource: true})
	lookups := 0
	for _, r := range requests(em) {
		if strings.Contains(r, "/lookup") {
			lookups++
		}
	}
	if lookups != 1 {
		t.Errorf("%d lookups of one object", lookups)
	}
}

func TestList_LimitIsTheNumberOfResults(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	for limit, want := range map[int64]int{1: 1, 2: 2, 3: 3, 6: 6, 100: 6, 0: 6} {
		if got := em.Protocol().ListAll(tfrun.ListCall{Type: listType, Limit: limit}); len(got) != want {
			t.Errorf("limit %d: %d results, want %d", limit, len(got), want)
		}
	}
}

// listOf60 starts a slow server with sixty accounts, each with a restore scope.
func listOf60(t *testing.T) *acctest.EM {
	t.Helper()
	em := acctest.StartEMWithoutTLS(t, emsim.Options{Latency: time.Second})
	em.Mutate(func(s *emsim.Store) {
		for n := range 60 {
			a := s.AddAccount(emsim.Account{
				Type: "User", Name: fmt.Sprintf(`TECH\op%02d`, n), Roles: []string{emsim.RolePortalUser},
			})
			s.AddScope(a.ID, emsim.VM01Ref, emsim.VM01Name)
		}
	})
	return em
}

var sixty = tfrun.ListCall{Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": "op"}}

func TestList_ReadsAFewAccountsAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em, begun := listOf60(t), time.Now()
		var got []string
		for r := range em.Protocol().List(t.Context(), sixty) {
			if got = append(got, r.DisplayName); len(got) == 1 && time.Since(begun) > 10*time.Second {
				t.Errorf("the first result came after %s", time.Since(begun))
			}
		}
		if len(got) != 60 || !slices.IsSorted(got) {
			t.Errorf("the results are %q", got)
		}
		// The list reads 16 accounts at once, and an account costs two requests of a second each.
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("the list took %s", took)
		}
	})
}

func TestList_StopsWhenTheConsumerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := listOf60(t)
		for r := range em.Protocol().List(t.Context(), sixty) {
			if r.DisplayName != `TECH\op00` {
				t.Errorf("the first result is %s", r.DisplayName)
			}
			break
		}
		sent := requests(em)
		time.Sleep(time.Minute)
		if later := requests(em); len(later) != len(sent) || len(sent) > 40 {
			t.Errorf("%d requests when the consumer stopped, and %d later", len(sent), len(later))
		}
	})
}

func TestList_ReadsNotMoreAccountsThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := listOf60(t)
		one := sixty
		one.Limit = 1
		em.Protocol().ListAll(one)
		read := slices.DeleteFunc(requests(em), func(r string) bool { return !strings.HasSuffix(r, "/roles") })
		if len(read) != 1 {
			t.Errorf("sent %q", read)
		}
	})
}

func TestList_AnUnreadableAccountIsAWarningAndTheOthersAreListed(t *testing.T) {
	for name, c := range map[string]struct {
		options emsim.Options
		config  map[string]any
		include bool
		path    string
	}{
		"the account": {emsim.Options{Demo: true, ReferencesOnly: true}, nil, true, ""},
		"the account, for its type": {
			emsim.Options{Demo: true, ReferencesOnly: true}, map[string]any{"name_regex": "fox|Helpdesk|Backup"}, true, "",
		},
		"its roles":  {emsim.Options{Demo: true}, nil, true, "/roles"},
		"its scopes": {emsim.Options{Demo: true}, nil, true, "/scopes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, c.options)
			em.Inject(emsim.Fault{
				Method: http.MethodGet, PathPattern: "/api/security/accounts/" + emsim.DemoUserID + c.path, Kind: emsim.FaultStatus,
				Status: 500, Body: "no way",
			})
			call := tfrun.ListCall{Type: listType, IncludeResource: c.include, Config: c.config, Limit: 100}
			var listed, warnings []string
			for _, r := range em.Protocol().ListAll(call) {
				if r.Identity == nil {
					warnings = append(warnings, r.Diagnostics...)
					if r.Resource != nil || r.DisplayName != "" {
						t.Errorf("the account that could not be read is returned as %+v", r)
					}
					continue
				}
				listed = append(listed, r.DisplayName)
				if len(r.Diagnostics) > 0 {
					t.Errorf("%s: %v", r.DisplayName, r.Diagnostics)
				}
			}
			if len(warnings) != 1 ||
				!strings.HasPrefix(warnings[0], `warning: The account TECH\william.fox is not in the list: `) ||
				!strings.Contains(warnings[0], emsim.DemoUserID) || !strings.Contains(warnings[0], "HTTP 500") {
				t.Errorf("warnings: %v", warnings)
			}
			if slices.Contains(listed, `TECH\william.fox`) || !slices.Contains(listed, "Helpdesk (SSO)") ||
				!slices.Contains(listed, `TECH\Backup Operators`) {
				t.Errorf("listed %q", listed)
			}
		})
	}
}

func TestList_AnUnreadableAccountDoesNotCountTowardsTheLimit(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	em.Inject(emsim.Fault{
		Method: http.MethodGet, PathPattern: "/api/security/accounts/" + emsim.DemoUserID + "/roles", Kind: emsim.FaultStatus,
		Status: 500,
	})
	got := em.Protocol().ListAll(tfrun.ListCall{
		Type: listType, IncludeResource: true, Limit: 1, Config: map[string]any{"name_regex": "fox"},
	})
	if len(got) != 2 || got[0].Identity != nil || got[1].DisplayName != "william.fox@tech.com" {
		t.Errorf("listed %+v", got)
	}
}

func TestList_AnAccountDeletedDuringTheListIsNotAResult(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	deleted := make(chan struct{})
	em.Inject(emsim.Fault{
		PathPattern: "/api/security/accounts/" + emsim.DemoExternalUserID + "/*", Kind: emsim.FaultHoldBeforeCommit,
		Release: deleted,
	})
	var got []string
	for r := range em.Protocol().List(t.Context(), tfrun.ListCall{
		Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": "fox|Help"},
	}) {
		if got = append(got, r.DisplayName+strings.Join(r.Diagnostics, "")); len(got) == 1 {
			em.Mutate(func(s *emsim.Store) { s.RemoveAccount(emsim.DemoExternalUserID) })
			close(deleted)
		}
	}
	if want := []string{`TECH\william.fox`, "Helpdesk (SSO)"}; !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
}

func TestList_AFailureThatAffectsEveryAccountEndsTheListWithOneError(t *testing.T) {
	for name, c := range map[string]struct {
		fault emsim.Fault
		want  string
	}{
		"list refused": {
			emsim.Fault{PathPattern: "/api/security/accounts", Kind: emsim.FaultStatus, Status: 403},
			"error: Could not list the accounts: ",
		},
		"not logged on": {
			emsim.Fault{PathPattern: "/api/security/accounts/*/roles", Kind: emsim.FaultStatus, Status: 401},
			`error: Could not read the account TECH\administrator; the list ends here: `,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			em := acctest.StartEM(t, emsim.Options{Demo: true})
			em.Inject(c.fault)
			got := em.Protocol().ListAll(tfrun.ListCall{Type: listType, IncludeResource: true})
			if len(got) != 1 || len(got[0].Diagnostics) != 1 || !strings.HasPrefix(got[0].Diagnostics[0], c.want) {
				t.Errorf("listed %+v", got)
			}
		})
	}
}

func TestList_EndsIfTheServerNoLongerAnswers(t *testing.T) {
	t.Setenv("VEEAM_EM_MAX_RETRIES", "0")
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	em.Inject(emsim.Fault{PathPattern: "/api/security/accounts/*/roles", Kind: emsim.FaultDropBeforeCommit})
	got := em.Protocol().ListAll(tfrun.ListCall{Type: listType, IncludeResource: true})
	if len(got) != 3 {
		t.Fatalf("listed %+v", got)
	}
	for i, want := range []string{
		`warning: The account TECH\administrator is not in the list: `,
		`warning: The account TECH\viewer is not in the list: `,
		`error: Could not read the account TECH\william.fox; the list ends here`,
	} {
		if len(got[i].Diagnostics) != 1 || !strings.HasPrefix(got[i].Diagnostics[0], want) {
			t.Errorf("result %d says %v, want %s", i, got[i].Diagnostics, want)
		}
	}
}

func TestList_RefusesAnInvalidFilterWithoutARequest(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	p := em.Protocol()
	for name, c := range map[string]struct {
		config map[string]any
		want   string
	}{
		"type":  {map[string]any{"account_type": "Robot"}, "error: Unknown account type: "},
		"regex": {map[string]any{"name_regex": "("}, "error: Not a regular expression: "},
	} {
		got := p.ValidateList(tfrun.ListCall{Type: listType, Config: c.config})
		if len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := em.Journal(); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
}

// scopeItem returns an item of restore_scope in the form of the protocol.
func scopeItem(ref, name string) map[string]any {
	return map[string]any{"hierarchy_obj_ref": ref, "object_name": name}
}

func TestList_WithTheResourceReturnsTheWholeAccount(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	got := em.Protocol().ListAll(tfrun.ListCall{
		Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": "fox|Help"},
	})
	role := func(id string) []any { return []any{"urn:veeam:EnterpriseRole:" + id} }
	open := map[string]any{"inplace_only": false, "extension_restrictions": []any{}}
	want := []map[string]any{
		{
			"id": emsim.DemoUserID, "uid": "urn:veeam:EnterpriseAccount:" + emsim.DemoUserID, "account_type": "User",
			"account_name": `TECH\william.fox`,
			"roles":        role(emsim.RoleFileRestoreOperator), "allow_restore_all_vms": false, "timeouts": nil,
			"role_names": []any{"File Restore Operator"}, "unlisted_scopes": "warn", "unlisted_scope_names": []any{},
			"restore_scope": []any{
				scopeItem(emsim.FolderLinuxRef, emsim.FolderLinuxName), scopeItem(emsim.VM01Ref, emsim.VM01Name),
			},
			"flr_settings": map[string]any{"inplace_only": true, "extension_restrictions": []any{"doc", "pptx"}},
			"sql_settings": map[string]any{"deny_inplace_restore": true},
		},
		{
			"id": emsim.DemoExternalUserID, "uid": "urn:veeam:EnterpriseAccount:" + emsim.DemoExternalUserID,
			"account_type": "ExternalUser", "account_name": "william.fox@tech.com",
			"roles": role(emsim.RoleSQLRestoreOperator), "allow_restore_all_vms": false, "timeouts": nil,
			"role_names": []any{"SQL Restore Operator"}, "unlisted_scopes": "warn", "unlisted_scope_names": []any{},
			"restore_scope": []any{scopeItem(emsim.VMSQLSRVRef, emsim.VMSQLSRVName)},
			"flr_settings":  open, "sql_settings": map[string]any{"deny_inplace_restore": false},
		},
		{
			"id": emsim.DemoExternalGroupID, "uid": "urn:veeam:EnterpriseAccount:" + emsim.DemoExternalGroupID,
			"account_type": "ExternalGroup", "account_name": "Helpdesk (SSO)",
			"roles": role(emsim.RoleFileRestoreOperator), "allow_restore_all_vms": true, "timeouts": nil, "restore_scope": nil,
			"role_names": []any{"File Restore Operator"}, "unlisted_scopes": "warn", "unlisted_scope_names": nil,
			"flr_settings": open, "sql_settings": map[string]any{"deny_inplace_restore": false},
		},
	}
	for i, r := range got {
		if !reflect.DeepEqual(r.Resource, want[i]) || len(r.Diagnostics) > 0 {
			t.Errorf("%s is\n  %v\nwant\n  %v\n%v", r.DisplayName, r.Resource, want[i], r.Diagnostics)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d results, want %d", len(got), len(want))
	}
}

func TestList_TheGeneratedConfigurationIsValidAndItsFirstApplySendsNothing(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"roots by ID":        {},
		"roots by unique ID": {RootNames: emsim.RootNamesUniqueID},
		"roots by name":      {RootNames: emsim.RootNamesName},
		"references only":    {ReferencesOnly: true, RootNames: emsim.RootNamesMixed},
		"no settings":        {OmitSettings: true},
		"names in capitals":  {AccountNameCase: emsim.CaseUpper},
		"types in capitals":  {ObjectTypeCase: emsim.CaseUpper},
		"shared scope IDs":   {SharedScopeIDs: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options.Demo = true
			em := acctest.StartEM(t, options)
			em.Mutate(func(s *emsim.Store) {
				for _, o := range []item{
					{emsim.HvVMRef, emsim.HvVMName},
					{emsim.VCloudVMRef, emsim.VCloudVMName},
					{emsim.ResourcePoolRef, emsim.ResourcePoolName},
					{emsim.ResourcePoolDRRef, emsim.ResourcePoolName},
				} {
					s.AddScope(emsim.DemoUserID, o.ref, o.name)
				}
			})
			before := em.Snapshot()
			p := em.Protocol()
			seen := 0
			for _, r := range p.ListAll(tfrun.ListCall{Type: listType, IncludeResource: true}) {
				config := p.Generated(listType, r.Resource)
				if refused := p.ValidateResource(listType, config); len(r.Diagnostics) > 0 || len(refused) > 0 {
					t.Errorf("%s: listed with %v, refused with %v", r.DisplayName, r.Diagnostics, refused)
				}
				if strings.EqualFold(r.DisplayName, `TECH\william.fox`) {
					if items, _ := r.Resource["restore_scope"].([]any); len(items) != 6 {
						t.Errorf("restore_scope is %v", items)
					}
				}
				imported, said := p.Import(listType, "", r.Identity)
				read, more := p.Read(listType, imported)
				if len(said)+len(more) > 0 {
					t.Errorf("%s: import says %v, read says %v", r.DisplayName, said, more)
				} else {
					stored, said := p.Apply(listType, read, config)
					same := options.OmitSettings || reflect.DeepEqual(p.Generated(listType, stored.State), config)
					if len(said) > 0 || !same {
						t.Errorf("%s: apply says %v and stores\n  %v\nwant\n  %v", r.DisplayName, said, stored.State, config)
					}
				}
				seen++
			}
			if writes := em.Writes(); seen != 6 || len(writes) > 0 {
				t.Errorf("%d accounts, writes %v", seen, writes)
			}
			if err := em.Unchanged(before)(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// operatorWith creates an account, applies change to it, and returns its list result.
func operatorWith(t *testing.T, options emsim.Options, change func(*emsim.Store, string)) (
	*tfrun.Protocol, tfrun.Listed,
) {
	t.Helper()
	em := acctest.StartEM(t, options)
	em.Mutate(func(s *emsim.Store) {
		a := s.AddAccount(emsim.Account{Type: "User", Name: `TECH\operator`, Roles: []string{emsim.RoleVMRestoreOperator}})
		change(s, a.ID)
	})
	p := em.Protocol()
	got := p.ListAll(tfrun.ListCall{
		Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": "operator"},
	})
	if len(got) != 1 {
		t.Fatalf("listed %+v", got)
	}
	return p, got[0]
}

func TestList_AScopeWithoutADeterminedObjectIsOmittedWithAWarning(t *testing.T) {
	for name, c := range map[string]struct {
		options emsim.Options
		scope   item
		change  func(*emsim.Store)
		why     string
	}{
		"two objects of the name": {emsim.Options{}, dupA, nil, "finds 2 objects of this name"},
		"a file share without a file server": {
			emsim.Options{},
			share, func(s *emsim.Store) { s.RemoveFileServer(emsim.SMBServerID) },
			"finds no object of this name",
		},
		"a file share with another file server of its name": {
			emsim.Options{}, share, func(s *emsim.Store) {
				s.AddFileServer(emsim.FileServer{
					ID: emsim.VCenterID, Name: share.name, Ref: strings.Replace(share.ref, "."+emsim.FileShareRootID, ".2", 1),
				})
			}, "2 file servers have this name",
		},
		"a deleted object": {
			emsim.Options{}, sql, func(s *emsim.Store) { s.RemoveObject(sql.ref) }, "finds no object of this name",
		},
		"a scope listed twice": {emsim.Options{}, sql, func(s *emsim.Store) {
			s.AddScope(s.FindAccount("User", `TECH\operator`).ID, sql.ref, sql.name)
		}, "the account has another scope with this root, type and name"},
		"a name in another case": {emsim.Options{}, item{sql.ref, "sqlsrv"}, nil, "finds no object of this name"},
		"an unknown root": {
			emsim.Options{RootNames: emsim.RootNamesName},
			share,
			func(s *emsim.Store) { s.RemoveFileServer(emsim.SMBServerID) }, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, r := operatorWith(t, c.options, func(s *emsim.Store, id string) {
				s.AddScope(id, vm01.ref, vm01.name)
				s.AddScope(id, c.scope.ref, c.scope.name)
				if c.change != nil {
					c.change(s)
				}
			})
			if want := []any{scopeItem(vm01.ref, vm01.name)}; !reflect.DeepEqual(r.Resource["restore_scope"], want) {
				t.Errorf("restore_scope is %v, want %v", r.Resource["restore_scope"], want)
			}
			if len(r.Diagnostics) != 1 {
				t.Fatalf("diagnostics: %q", r.Diagnostics)
			}
			const summary = `warning: Some restore scopes of TECH\operator are not in the generated restore_scope: `
			if got := r.Diagnostics[0]; !strings.HasPrefix(got, summary) || !strings.Contains(got, " "+c.scope.name+" (") ||
				!strings.Contains(got, c.why) {
				t.Errorf("says %q, want a warning about %s", got, c.scope.name)
			}
			if refused := p.ValidateResource(listType, p.Generated(listType, r.Resource)); len(refused) > 0 {
				t.Errorf("the generated configuration is invalid: %v", refused)
			}
		})
	}
}

func TestList_TheReferenceOfAFileShareIsThatOfItsFileServer(t *testing.T) {
	for name, options := range map[string]emsim.Options{
		"entities": {}, "references": {ReferencesOnly: true}, "roots by name": {RootNames: emsim.RootNamesName},
	} {
		t.Run(name, func(t *testing.T) {
			_, r := operatorWith(t, options, func(s *emsim.Store, id string) {
				s.AddScope(id, share.ref, share.name)
				s.AddScope(id, emsim.NFSShareRef, emsim.NFSShareName)
			})
			want := []any{scopeItem(emsim.NFSShareRef, emsim.NFSShareName), scopeItem(share.ref, share.name)}
			if !reflect.DeepEqual(r.Resource["restore_scope"], want) || len(r.Diagnostics) > 0 {
				t.Errorf("restore_scope is %v, %q, want %v", r.Resource["restore_scope"], r.Diagnostics, want)
			}
		})
	}
}

func TestList_FileServersThatCannotBeListedAreAskedForOnceAndReported(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	em.Inject(emsim.Fault{PathPattern: "/api/nas/fileServers", Kind: emsim.FaultStatus, Status: 404})
	em.AddAccountWithScopes(share.ref, share.name, emsim.NFSShareRef, emsim.NFSShareName, vm01.ref, vm01.name)
	got := em.Protocol().ListAll(tfrun.ListCall{
		Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": "(?i)fox"},
	})
	asked := 0
	for _, r := range em.Journal() {
		if r.Path == "/api/nas/fileServers" {
			asked++
		}
	}
	if len(got) != 1 || len(got[0].Diagnostics) != 1 || asked != 1 ||
		strings.Count(got[0].Diagnostics[0], "the file servers could not be listed: ") != 2 {
		t.Errorf("asked %d times, listed %+v", asked, got)
	}
}

// An existing account may be without a restore scope that can be listed: other resources can manage its scopes.
func TestList_AnAccountWithoutRestoreScopeIsValidAsItIs(t *testing.T) {
	for name, c := range map[string]struct {
		scopes   []item
		unlisted []any
		warnings int
	}{
		"only an undetermined scope": {[]item{dupA}, []any{"Vm " + dupA.name + " (" + emsim.VCenterName + ")"}, 1},
		"no scope":                   {nil, []any{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, r := operatorWith(t, emsim.Options{}, func(s *emsim.Store, id string) {
				for _, i := range c.scopes {
					s.AddScope(id, i.ref, i.name)
				}
			})
			if r.Resource["restore_scope"] != nil || !reflect.DeepEqual(r.Resource["unlisted_scope_names"], c.unlisted) {
				t.Errorf("listed %+v", r)
			}
			if len(r.Diagnostics) != c.warnings {
				t.Errorf("diagnostics: %q", r.Diagnostics)
			}
			if refused := p.ValidateResource(listType, p.Generated(listType, r.Resource)); len(refused) > 0 {
				t.Errorf("the generated configuration is invalid: %v", refused)
			}
		})
	}
}

func TestList_AFailedLookupOmitsTheScopeAndNotTheAccount(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{Demo: true})
	em.Inject(emsim.Fault{
		Match: func(r emsim.Request) bool { return strings.Contains(r.Query, "name=VM01") }, Kind: emsim.FaultStatus,
		Status: 500,
	})
	got := em.Protocol().ListAll(tfrun.ListCall{
		Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": `\\william`},
	})
	if len(got) != 1 || len(got[0].Diagnostics) != 1 ||
		!strings.Contains(got[0].Diagnostics[0], "Vm VM01 ("+emsim.VCenterName+")") ||
		!strings.Contains(got[0].Diagnostics[0], "HTTP 500") {
		t.Fatalf("listed %+v", got)
	}
	want := []any{scopeItem(emsim.FolderLinuxRef, emsim.FolderLinuxName)}
	if items := got[0].Resource["restore_scope"]; !reflect.DeepEqual(items, want) {
		t.Errorf("restore_scope is %v, want %v", items, want)
	}
}

func TestList_OmitsAScopeThatIsBeingRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		em := acctest.StartEM(t, emsim.Options{Demo: true, RemovingDelay: time.Minute})
		removed := em.Account(`TECH\william.fox`).Scopes[0].ID
		if err := em.Client(nil).RemoveScope(t.Context(), emsim.DemoUserID, removed); err != nil {
			t.Fatal(err)
		}
		got := em.Protocol().ListAll(tfrun.ListCall{
			Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": `\\william`},
		})
		if want := []any{scopeItem(emsim.VM01Ref, emsim.VM01Name)}; len(got) != 1 ||
			len(got[0].Diagnostics) > 0 || !reflect.DeepEqual(got[0].Resource["restore_scope"], want) {
			t.Errorf("listed %+v", got)
		}
	})
}

func TestList_WarnsAboutSettingsThatTheRulesRefuse(t *testing.T) {
	em := acctest.StartEM(t, emsim.Options{})
	em.Mutate(func(s *emsim.Store) {
		s.AddAccount(emsim.Account{
			Type: "User", Name: `TECH\operator`, Roles: []string{emsim.RolePortalUser}, AllowRestoreAllVms: true,
			FlrExtensions: ".doc,p\tf",
		})
	})
	got := em.Protocol().ListAll(tfrun.ListCall{
		Type: listType, IncludeResource: true, Config: map[string]any{"name_regex": "operator"},
	})
	want := `warning: The generated configuration of TECH\operator must be corrected manually: ` +
		`flr_settings.extension_restrictions: "p\tf" is not a file name extension`
	if len(got) != 1 || len(got[0].Diagnostics) != 1 || !strings.HasPrefix(got[0].Diagnostics[0], want) {
		t.Errorf("listed %+v", got)
	}
}
