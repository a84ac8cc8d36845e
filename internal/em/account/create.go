// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/emtype"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/em/scopeset"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// creation compares a new account with its plan. The server may have made something else of the request.
type creation struct {
	em     *tfkit.EM
	client *emapi.Client
	id     string
	plan   *model
}

// settle mends what the server made differently and returns the account. If the account cannot be made what was
// requested, it is deleted again, so that nothing is left that may do more: deleted is true, and diags has an error for
// each attribute. If it cannot be read or deleted, diags has an error and the account remains.
func (c *creation) settle(ctx context.Context) (s *snapshot, deleted bool, diags diag.Diagnostics) {
	s, err := c.read(ctx)
	if err != nil {
		return nil, false, c.unread(err)
	}
	differing := c.compare(s)
	var failed error
	if len(differing) > 0 && !slices.ContainsFunc(differing, func(d difference) bool { return !d.mendable }) {
		failed = c.mend(ctx, s)
		mended, err := c.read(ctx)
		switch {
		case err == nil:
			s, differing = mended, c.compare(mended)
		case failed == nil:
			return nil, false, c.unread(err)
		}
	}
	if len(differing) == 0 {
		return s, false, nil
	}
	deleted, diags = c.undo(ctx, differing, failed)
	return nil, deleted, diags
}

// read reads the account, even after an interrupt or a timeout.
func (c *creation) read(ctx context.Context) (*snapshot, error) {
	s, err := read(ctx, c.client, c.id, nil)
	if err == nil || ctx.Err() == nil {
		return s, err
	}
	longer, cancel := tfkit.After(ctx)
	defer cancel()
	return read(longer, c.client, c.id, nil)
}

func (c *creation) unread(err error) diag.Diagnostics {
	return diag.Diagnostics{tfkit.Failure("read the new account "+c.plan.name(), err)}
}

// difference is an attribute that the server does not have as requested.
type difference struct {
	at             path.Path
	requested, has string
	mendable       bool
}

// compare returns what differs from the plan. Settings that the server does not show count as kept.
func (c *creation) compare(s *snapshot) []difference {
	asked, a := c.plan.toSpec(), s.account
	all := []difference{
		{path.Root("account_type"), asked.Type, a.Type, false},
		{path.Root("allow_restore_all_vms"), fmt.Sprint(asked.AllowRestoreAllVMs), fmt.Sprint(a.AllowRestoreAllVMs), true},
		{path.Root("roles"), quoted(asked.RoleUIDs), quoted(uidsOf(s.roles)), true},
	}
	if want, has := asked.FLR, a.FLR; want != nil && has != nil {
		at := path.Root("flr_settings")
		all = append(all, difference{
			at.AtName(rules.AttrInplaceOnly), fmt.Sprint(want.InplaceOnly), fmt.Sprint(has.InplaceOnly), false,
		})
		if !emapi.SameExtensions(want.ExtensionRestrictions, has.ExtensionRestrictions) {
			all = append(all, difference{
				at.AtName(rules.AttrExtensions), quoted(want.ExtensionRestrictions), quoted(has.ExtensionRestrictions), false,
			})
		}
	}
	if want, has := asked.SQL, a.SQL; want != nil && has != nil {
		at := path.Root("sql_settings").AtName(attrDenyInplace)
		all = append(all, difference{at, fmt.Sprint(want.DenyInplaceRestore), fmt.Sprint(has.DenyInplaceRestore), false})
	}
	return slices.DeleteFunc(all, func(d difference) bool { return d.requested == d.has })
}

// mend changes in place what the API can change.
func (c *creation) mend(ctx context.Context, s *snapshot) error {
	mending := &change{
		client: c.client, id: c.id, scopes: scopeset.Of(c.em, c.client, c.id, scopeset.Inline),
		now: access{roles: uidsOf(s.roles), all: s.account.AllowRestoreAllVMs},
	}
	want := c.plan.access()
	want.scopes = nil // they are not listed yet
	return mending.bring(ctx, want)
}

// undo deletes the account, even after an interrupt or a timeout, and reports whether it did. It returns an error for
// each difference.
func (c *creation) undo(ctx context.Context, differing []difference, failed error) (bool, diag.Diagnostics) {
	longer, cancel := tfkit.After(ctx)
	defer cancel()
	err := remove(longer, c.em, c.client, c.id)
	fate := "The new account was deleted again, so that nothing is left that may do more than was requested."
	if err != nil {
		fate = fmt.Sprintf("The new account %s could not be deleted again: %s. It may do more than was requested. "+
			"The next apply tries again to delete it.", c.id, err)
	}
	var diags diag.Diagnostics
	reason := ""
	if failed != nil {
		reason = "Changing that failed: " + failed.Error() + ". "
	}
	for _, d := range differing {
		diags.AddAttributeError(d.at, fmt.Sprintf("The server did not create %s as requested", c.plan.name()),
			fmt.Sprintf("%s was requested as %s, and the server has %s. %s%s", d.at, d.requested, d.has, reason, fate))
	}
	return err == nil, diags
}

// recognize records the server's spelling of the name if it does not differ in case only, and returns a warning about
// it.
func (m *model) recognize(s *snapshot) diag.Diagnostics {
	configured, server := m.AccountName.ValueString(), s.account.Name
	if emtype.AccountName.Same(configured, server) {
		return nil
	}
	m.made = provenance{ConfiguredName: configured, ServerName: server}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("account_name"),
		"The server spells the name of "+configured+" differently",
		"The state and plans keep the configured spelling. Enterprise Manager calls the account "+server+".")}
}

// refusedName adds to the error of a create that the server refused, with 400, that server_platform may be wrong: it
// determines the form of the name that the plan requires.
func refusedName(m *model, err error, platform string) error {
	kind := m.AccountType.ValueString()
	if kind != "User" && kind != "Group" || !emapi.IsConflict(err) {
		return err
	}
	form, other, otherForm := `Domain\Name`, tfkit.PlatformLinux, "Name@Domain"
	if platform == tfkit.PlatformLinux {
		form, other, otherForm = otherForm, tfkit.PlatformWindows, form
	}
	return fmt.Errorf("%w\n\nIf the server refuses the name: server_platform in em (VEEAM_EM_SERVER_PLATFORM) is %q, "+
		"where the form is %s. If Enterprise Manager runs on the other platform, set server_platform = %q, where the form "+
		"is %s", err, platform, form, other, otherForm)
}

func createFailure(m *model, err error, platform string) diag.Diagnostic {
	var exists *emapi.AccountExistsError
	if !errors.As(err, &exists) {
		return tfkit.Failure("create the account "+m.name(), refusedName(m, err, platform))
	}
	said := fmt.Sprintf("Enterprise Manager already has the %s account %s, with the ID %s. Nothing was changed. ",
		exists.Type, exists.Name, exists.ID)
	hint := "\n\nIf this is the account that the same plan replaces, create_before_destroy is the cause: it does not " +
		"work for accounts, because the old account holds the name until it is deleted. Terraform also applies " +
		"create_before_destroy to an account if a resource that refers to it sets it. Remove it from all of them."
	summary := "The account already exists"
	switch {
	case exists.Renamed:
		summary = "The account may already exist"
		said = fmt.Sprintf("The server refuses to create the account: %s.\n\nIt may be the %s account %s, with the ID %s. "+
			"It was left unchanged. If it is, write account_name as the server does. ",
			exists.Err, exists.Type, exists.Name, exists.ID)
		hint = ""
	case exists.Err != nil:
		said = fmt.Sprintf("%s.\n\nThe account was not listed before this request, but another client may have created it. "+
			"It was left unchanged. ", err)
		hint = ""
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("account_name"), summary,
		fmt.Sprintf("%sTo manage the account with this resource, import it:\n\n"+
			"  import {\n    to = veeam_em_account.NAME # this resource\n    id = %q\n  }%s", said, exists.ID, hint))
}

// quoted returns a list for a message.
func quoted(list []string) string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, strconv.Quote(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}
