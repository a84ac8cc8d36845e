// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// specimen says how to create and import a resource of one type.
type specimen struct {
	// config returns the configuration. A resource that belongs to an account uses accountID.
	config func(accountID string) map[string]any
	// ids returns the import IDs of the resource.
	ids func(state map[string]any) []string
}

var specimens = map[string]specimen{
	"veeam_em_account": {
		config: func(string) map[string]any {
			return map[string]any{
				"account_type": "ExternalGroup", "account_name": "Operators", "allow_restore_all_vms": false,
				"roles":         []any{"urn:veeam:EnterpriseRole:" + emsim.RoleVMRestoreOperator},
				"restore_scope": []any{map[string]any{"hierarchy_obj_ref": emsim.VM01Ref, "object_name": emsim.VM01Name}},
			}
		},
		ids: func(state map[string]any) []string {
			return []string{text(state["id"]), text(state["uid"]), "ExternalGroup/operators"}
		},
	},
	"veeam_em_account_scope": {
		config: func(accountID string) map[string]any {
			return map[string]any{
				"account_id": accountID, "hierarchy_obj_ref": emsim.VMWeb01Ref, "object_name": emsim.VMWeb01Name,
			}
		},
		ids: func(state map[string]any) []string {
			return []string{text(state["account_id"]) + "/" + text(state["id"])}
		},
	},
	"veeam_em_account_scopes_exclusive": {
		config: func(accountID string) map[string]any {
			return map[string]any{
				"account_id": accountID, "scopes": []any{
					map[string]any{"hierarchy_obj_ref": emsim.VM01Ref, "object_name": emsim.VM01Name},
				},
			}
		},
		ids: func(state map[string]any) []string { return []string{text(state["account_id"])} },
	},
	"veeam_vb365_restore_operator_role": {
		config: func(string) map[string]any {
			return map[string]any{
				"organization_id": vb365sim.OrganizationID, "name": "Help/desk", "role_type": "SpecificObjects",
				"operators":      []any{map[string]any{"type": "User", "name": vb365sim.RestoreOperatorName}},
				"selected_items": []any{map[string]any{"type": "Group", "id": vb365sim.NamelessGroupID}},
			}
		},
		ids: func(state map[string]any) []string {
			return []string{
				text(state["id"]), strings.ToUpper(text(state["id"])), strings.ToUpper(vb365sim.OrganizationName) + "/Help/desk",
				strings.ToUpper(vb365sim.OrganizationID) + "/Help/desk",
			}
		},
	},
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// made is a resource that the provider has just created on its own servers.
type made struct {
	specimen
	em       *acctest.EM
	vb       *acctest.VB365
	p        *tfrun.Protocol
	name     string
	stored   tfrun.Stored
	identity map[string]any // from the attributes in the state
}

// eachResource runs test with a created resource of each registered type. A type without a specimen fails the test.
func eachResource(t *testing.T, test func(t *testing.T, m made)) {
	names := slices.Sorted(maps.Keys(acctest.StartEM(t, emsim.Options{}).Protocol().Schemas.ResourceSchemas))
	if len(names) < 3 {
		t.Fatalf("only %v", names)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ok := specimens[name]
			if !ok {
				t.Fatal("no specimen of this resource: add one")
			}
			em, vb := acctest.StartEM(t, emsim.Options{}), acctest.StartVB365(t, vb365sim.Options{})
			em.Beside(vb)
			var accountID string
			em.Mutate(func(s *emsim.Store) {
				accountID = s.AddAccount(emsim.Account{
					Type: "User", Name: `TECH\fox`, Roles: []string{emsim.RolePortalUser}, AllowRestoreAllVms: true,
				}).ID
			})
			m := made{specimen: s, em: em, vb: vb, p: em.Protocol(), name: name, identity: map[string]any{}}
			var said []string
			m.stored, said = m.p.Apply(name, tfrun.Stored{}, s.config(accountID))
			if len(said) > 0 || m.stored.State == nil {
				t.Fatalf("not created: %v", said)
			}
			for _, a := range m.p.Identities[name].IdentityAttributes {
				m.identity[a.Name] = m.stored.State[a.Name]
				if text(m.stored.State[a.Name]) == "" {
					t.Fatalf("the state has no %s: %v", a.Name, m.stored.State)
				}
			}
			test(t, m)
		})
	}
}

func (m made) expect(t *testing.T, when string, got tfrun.Stored, said []string) {
	t.Helper()
	if len(said) > 0 {
		t.Errorf("%s says %v", when, said)
	}
	if !reflect.DeepEqual(got.Identity, m.identity) {
		t.Errorf("%s returns the identity %v, want %v", when, got.Identity, m.identity)
	}
}

func TestIdentity_CreateReadAndUpdateReturnTheSameIdentity(t *testing.T) {
	eachResource(t, func(t *testing.T, m made) {
		m.expect(t, "create", m.stored, nil)
		read, said := m.p.Read(m.name, m.stored)
		m.expect(t, "read", read, said)
		config := m.p.Generated(m.name, read.State)
		config["timeouts"] = map[string]any{"read": "1m"}
		updated, said := m.p.Apply(m.name, read, config)
		m.expect(t, "update", updated, said)
		withoutIdentity := read
		withoutIdentity.Identity = nil // as in a state that an older version of the provider or of Terraform wrote
		read, said = m.p.Read(m.name, withoutIdentity)
		m.expect(t, "the read of a state without an identity", read, said)
	})
}

func TestIdentity_ImportsByIdentityAndByIDFindTheSameObject(t *testing.T) {
	eachResource(t, func(t *testing.T, m made) {
		m.em.ResetJournal()
		m.vb.ResetJournal()
		byIdentity, said := m.p.Import(m.name, "", m.identity)
		m.expect(t, "import by identity", byIdentity, said)
		want, said := m.p.Read(m.name, byIdentity)
		m.expect(t, "the read after it", want, said)
		for _, a := range m.p.Identities[m.name].IdentityAttributes {
			if want.State[a.Name] != m.stored.State[a.Name] {
				t.Errorf("%s is %v, want %v", a.Name, want.State[a.Name], m.stored.State[a.Name])
			}
		}
		for _, id := range m.ids(m.stored.State) {
			byID, said := m.p.Import(m.name, id, nil)
			m.expect(t, "import of "+id, byID, said)
			read, said := m.p.Read(m.name, byID)
			m.expect(t, "the read after the import of "+id, read, said)
			if !reflect.DeepEqual(read.State, want.State) {
				t.Errorf("import of %s:\n  %v\nimport by identity:\n  %v", id, read.State, want.State)
			}
		}
		if writes := slices.Concat(m.em.Writes(), m.vb.Writes()); len(writes) > 0 {
			t.Errorf("imports sent %v", writes)
		}
	})
}

func TestIdentity_IsSetIfTheObjectNoLongerExists(t *testing.T) {
	eachResource(t, func(t *testing.T, m made) {
		m.em.Mutate(func(s *emsim.Store) {
			for _, a := range s.Accounts() {
				if a.Name != emsim.DefaultUser {
					s.RemoveAccount(a.ID)
				}
			}
		})
		m.vb.Mutate(func(s *vb365sim.Store) {
			for _, r := range s.Roles() {
				s.RemoveRole(r.ID)
			}
		})
		without := m.stored
		without.Identity = nil
		for _, stored := range []tfrun.Stored{m.stored, without} {
			gone, said := m.p.Read(m.name, stored)
			m.expect(t, "the read of a deleted object", gone, said)
			if gone.State != nil {
				t.Errorf("the state is still %v", gone.State)
			}
		}
	})
}

func TestIdentity_AnInvalidIdentityIsRefused(t *testing.T) {
	eachResource(t, func(t *testing.T, m made) {
		for attribute := range m.identity {
			identity := maps.Clone(m.identity)
			identity[attribute] = "../../x"
			if _, said := m.p.Import(m.name, "", identity); len(said) != 1 {
				t.Errorf("%s = ../../x: %v", attribute, said)
			}
		}
	})
}
