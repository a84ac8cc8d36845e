// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

const logonFailed = "Could not log on to Enterprise Manager"

// accounts returns the blocks of n accounts.
func accounts(n int) []tfrun.Block {
	var blocks []tfrun.Block
	for i := range n {
		blocks = append(blocks, tfrun.Block{
			Type: "veeam_em_account", Name: fmt.Sprintf("a%d", i),
			Attributes: map[string]any{
				"account_type": "User", "account_name": fmt.Sprintf(`TECH\a%d`, i), "allow_restore_all_vms": true,
				"roles": []any{"urn:veeam:EnterpriseRole:" + emsim.RoleVMRestoreOperator},
			},
		})
	}
	return blocks
}

// owners returns a block of each owner of restore scopes of this account.
func owners(accountID string) []tfrun.Block {
	item := map[string]any{"hierarchy_obj_ref": emsim.VMWeb01Ref, "object_name": emsim.VMWeb01Name}
	one := map[string]any{"account_id": accountID}
	maps.Copy(one, item)
	return []tfrun.Block{
		{Type: "veeam_em_account_scope", Name: "one", Attributes: one},
		{Type: "veeam_em_account_scopes_exclusive", Name: "all", Attributes: map[string]any{
			"account_id": accountID, "scopes": []any{item},
		}},
	}
}

// reportsOnce checks that one of n errors reports the failed logon in full, and that each other one points to it.
func reportsOnce(t *testing.T, n int, errs []string) {
	t.Helper()
	if len(errs) != n {
		t.Fatalf("%d errors, want %d: %.3000q", len(errs), n, errs)
	}
	full := 0
	for _, text := range errs {
		if strings.HasPrefix(text, "error: "+logonFailed+": ") {
			full++
			continue
		}
		summary, detail, _ := strings.Cut(strings.TrimPrefix(text, "error: Could not "), ": ")
		if want := `The logon failed. See the error "` + logonFailed + `".`; summary == "" || detail != want {
			t.Fatalf("an error is %q, want the detail %q", text, want)
		}
	}
	if full != 1 {
		t.Errorf("%d errors report the failure in full, want one: %.3000q", full, errs)
	}
}

func TestLogon_AFailureIsReportedInFullOnce(t *testing.T) {
	for name, prepare := range map[string]func(*acctest.EM, *tfrun.Workspace){
		"wrong password": func(_ *acctest.EM, w *tfrun.Workspace) { w.Provider = map[string]any{"password": "wrong"} },
		"another certificate": func(_ *acctest.EM, w *tfrun.Workspace) {
			w.Provider = map[string]any{"tls_pinned_sha256": []any{strings.Repeat("AB", 32)}}
		},
		"server down": func(em *acctest.EM, _ *tfrun.Workspace) { em.Network.Refuse(true) },
		"server fails": func(em *acctest.EM, _ *tfrun.Workspace) {
			breakLogon(em, emsim.Fault{Kind: emsim.FaultStatus, Status: http.StatusInternalServerError, Body: lockedDatabase})
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEM(t, emsim.Options{Demo: true})
			w := em.NewWorkspace()
			scopes := owners(em.AddAccountWithScopes())
			w.MustApply(slices.Concat(accounts(1), scopes)...)
			prepare(em, w)
			// One account and the scopes are refreshed, the other accounts are planned.
			all := slices.Concat(accounts(48), scopes)
			reportsOnce(t, len(all), w.Plan(all...).Errors)
		})
	}
}
