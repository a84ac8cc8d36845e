// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// vb365Flags defines the flags for the options of Veeam Backup for Microsoft 365.
func vb365Flags(fs *flag.FlagSet, o *vb365sim.Options) {
	vb365ServerFlags(fs, o)
	vb365RoleFlags(fs, o)
	vb365DirectoryFlags(fs, o)
}

func vb365ServerFlags(fs *flag.FlagSet, o *vb365sim.Options) {
	fs.Func("vb365-versions", "`list` of the versions of the API, separated by commas (default v6,v7,v8)",
		func(value string) error {
			o.Versions = strings.Split(value, ",")
			for _, v := range o.Versions {
				if known := []string{"v6", "v7", "v8"}; !slices.Contains(known, v) {
					return fmt.Errorf("%q is none of %s", v, strings.Join(known, ", "))
				}
			}
			return nil
		})
	fs.DurationVar(&o.Latency, "vb365-latency", 0, "`time` before each response")
	fs.DurationVar(&o.TokenLife, "vb365-token-life", 0, "`time` that an access token is valid (default 1h)")
	fs.DurationVar(&o.RefreshLife, "vb365-refresh-life", 0, "`time` that a refresh token is valid (default 24h)")
	fs.IntVar(&o.RefusedTokenStatus, "vb365-refused-token-status", 0,
		"`status` of the response to a refused password or refresh token (default 400)")
	fs.BoolVar(&o.OAuthErrors, "vb365-oauth-errors", false, "give these responses the form of OAuth")
	fs.BoolVar(&o.UnauthorizedBody, "vb365-unauthorized-body", false,
		"add a message to the response to an invalid access token")
	fs.BoolVar(&o.OperatorsOnly, "vb365-operators-only", false,
		"make everything unavailable that is not for restore operators")
	fs.IntVar(&o.CreateStatus, "vb365-create-status", 0,
		"`status` of the response to a new role (default 201 in v8, otherwise 200)")
	fs.IntVar(&o.WriteStatus, "vb365-write-status", 0,
		"`status` of the response to every other change (default 204)")
	fs.IntVar(&o.GoneStatus, "vb365-gone-status", 0,
		"`status` of the response to an ID that does not exist (default 404)")
	fs.BoolVar(&o.OmitErrorCode, "vb365-omit-error-code", false, "send errors without a code")
	choice(fs, &o.ListOrder, "vb365-list-order", "order of the entries of lists",
		"oldest-first", simkit.ListNewestFirst, simkit.ListShuffled)
}

func vb365RoleFlags(fs *flag.FlagSet, o *vb365sim.Options) {
	choice(fs, &o.Update, "vb365-update", "effect of a PUT on what it does not contain",
		"merges", vb365sim.UpdateReplaces)
	fs.BoolVar(&o.KeepsEmptyLists, "vb365-keeps-empty-lists", false, "an empty list in a PUT changes nothing")
	fs.BoolVar(&o.KeepsEmptyDescription, "vb365-keeps-empty-description", false,
		"an empty description in a PUT changes nothing")
	fs.BoolVar(&o.KeepsSelectedItems, "vb365-keeps-selected-items", false,
		"keep the selected items of a role that becomes EntireOrganization")
	fs.BoolVar(&o.RefuseDuplicateNames, "vb365-refuse-duplicate-names", false,
		"reject a second role of the same name in an organization")
	fs.BoolVar(&o.RefuseUnknownObjects, "vb365-refuse-unknown-objects", false,
		"reject objects that the organization does not have")
	fs.BoolVar(&o.RefuseUnknownEntries, "vb365-refuse-unknown-entries", false,
		"reject the removal of entries that the list does not have")
	fs.BoolVar(&o.AllowLastEntry, "vb365-allow-last-entry", false,
		"let the last operator or selected item be removed by DELETE")
	choice(fs, &o.DuplicateEntries, "vb365-duplicate-entries", "effect of adding an object twice",
		"same", vb365sim.DuplicateEntriesAdd, vb365sim.DuplicateEntriesRefuse)
	choice(fs, &o.EntryIDs, "vb365-entry-ids", "form of the IDs of entries",
		"each", vb365sim.EntryIDsList, vb365sim.EntryIDsFresh, vb365sim.EntryIDsPlain)
	choice(fs, &o.IDCase, "vb365-id-case", "letter case of IDs in roles",
		"as-sent", vb365sim.CaseUpper, vb365sim.CaseLower)
	fs.DurationVar(&o.RoleDelay, "vb365-role-delay", 0, "`time` until a new role is listed")
	fs.DurationVar(&o.EntryDelay, "vb365-entry-delay", 0, "`time` until a new entry is listed")
	fs.DurationVar(&o.RemovingDelay, "vb365-removing-delay", 0, "`time` that a removed entry stays listed")
}

func vb365DirectoryFlags(fs *flag.FlagSet, o *vb365sim.Options) {
	fs.BoolVar(&o.NamesFollowRename, "vb365-names-follow-rename", false,
		"rename the entries of a renamed object")
	choice(fs, &o.DeletedObjects, "vb365-deleted-objects", "entries of deleted objects",
		"kept", vb365sim.DeletedObjectsBare, vb365sim.DeletedObjectsGone)
	choice(fs, &o.OldTeams, "vb365-old-teams", "teams in the roles of v6",
		"bare", vb365sim.OldTeamsFull, vb365sim.OldTeamsHidden)
	choice(fs, &o.Filters, "vb365-filters", "meaning of the filters of users, groups and teams",
		"equal", vb365sim.FiltersContain, vb365sim.FiltersIgnored)
	fs.IntVar(&o.MaxPage, "vb365-max-page", 0, "largest `number` of results in a page (default 10000)")
	fs.BoolVar(&o.ShortPages, "vb365-short-pages", false, "fill pages only half")
	fs.BoolVar(&o.OmitPageLinks, "vb365-omit-page-links", false, "omit the links of pages")
	fs.BoolVar(&o.OmitGroupNames, "vb365-omit-group-names", false,
		"omit the name of a group without one in v6 and v7")
}
