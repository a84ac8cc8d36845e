// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package lookup finds organizations and their objects for the nouns of Veeam Backup for Microsoft 365, and lists
// candidates in errors.
package lookup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// OrganizationCandidates returns organizations as candidates for a lookup by the attribute: id or name.
func OrganizationCandidates(attribute string, organizations []vb365api.Organization) []tfkit.Candidate {
	out := make([]tfkit.Candidate, 0, len(organizations))
	for _, o := range organizations {
		name := o.Name
		if attribute == "id" {
			name = o.ID
		}
		out = append(out, tfkit.Candidate{Name: name, Text: o.Name + " (id " + o.ID + ")"})
	}
	return out
}

// OrganizationFailure returns the error for a request about an organization that failed: the error at organization_id
// if there is no such organization, and otherwise [tfkit.Failure].
func OrganizationFailure(ctx context.Context, client *vb365api.Client, what, id string, err error) diag.Diagnostic {
	if MayBeGone(err) {
		all, listErr := client.ListOrganizations(ctx)
		known := slices.ContainsFunc(all, func(o vb365api.Organization) bool { return strings.EqualFold(o.ID, id) })
		if listErr == nil && !known {
			return diag.NewAttributeErrorDiagnostic(path.Root("organization_id"), "The server has no such organization",
				fmt.Sprintf("%s has no organization with the id %q. Its organizations are%s",
					tfkit.BackupFor365.Name, id, tfkit.Candidates(id, OrganizationCandidates("id", all))))
		}
	}
	return tfkit.Failure(what, err)
}

// MayBeGone reports whether the error can mean that an object does not exist. The API reference does not say with which
// status the server responds then.
func MayBeGone(err error) bool {
	var e *vb365api.Error
	if !errors.As(err, &e) || e.Status < 400 {
		return false
	}
	switch e.Status {
	case 401, 403, 429, 502, 503, 504:
		return false
	}
	return true
}
