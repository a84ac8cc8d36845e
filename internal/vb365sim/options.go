// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"cmp"
	"net/http"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// Update selects what a PUT does with the properties that it does not contain.
type Update string

// The effects of a PUT on properties that it does not contain.
const (
	UpdateMerges   Update = ""         // they keep their values
	UpdateReplaces Update = "replaces" // they get their empty values
)

// EntryIDs selects the form of the IDs of the entries in the lists of a role.
type EntryIDs string

// The forms of an entry ID. All but the last are a GUID and the ID of the object.
const (
	EntryIDsEach  EntryIDs = ""      // another GUID for each entry
	EntryIDsList  EntryIDs = "list"  // one GUID for all entries of a list
	EntryIDsFresh EntryIDs = "fresh" // a PUT of the list gives every entry a new GUID
	EntryIDsPlain EntryIDs = "plain" // a GUID only
)

// Case is the letter case of IDs.
type Case string

// The letter cases of IDs.
const (
	CaseAsSent Case = ""
	CaseUpper  Case = "upper"
	CaseLower  Case = "lower"
)

// Filters selects what the filters userName, groupName and displayName match if they contain no wildcard.
type Filters string

// The meanings of a filter. Letter case never matters.
const (
	FiltersEqual   Filters = ""
	FiltersContain Filters = "contain"
	FiltersIgnored Filters = "ignored"
)

// DuplicateEntries selects the effect of adding an object that the list already has.
type DuplicateEntries string

// The effects of adding an object twice.
const (
	DuplicateEntriesSame   DuplicateEntries = ""       // succeeds without a change
	DuplicateEntriesAdd    DuplicateEntries = "add"    // adds a second entry
	DuplicateEntriesRefuse DuplicateEntries = "refuse" // responds with 400
)

// DeletedObjects selects how the lists of a role show an object that the organization no longer has.
type DeletedObjects string

// The forms of an entry whose object is gone.
const (
	DeletedObjectsKept DeletedObjects = ""     // unchanged
	DeletedObjectsBare DeletedObjects = "bare" // without the object
	DeletedObjectsGone DeletedObjects = "gone" // not listed
)

// OldTeams selects how version 6 shows a team in the list of a role.
type OldTeams string

// The forms of a team in version 6, whose schema has no teams in roles.
const (
	OldTeamsBare   OldTeams = ""       // an entry of type Team without the team
	OldTeamsFull   OldTeams = "full"   // as in later versions
	OldTeamsHidden OldTeams = "hidden" // not listed
)

// Options configures the simulated server and its quirks. The zero value is a server that completes every operation
// immediately and does what the strongest source says.
type Options struct {
	// Users are the users that can get a token. Nil: DefaultUsers.
	Users []User
	// Versions are the versions of the API that the server serves. Nil: v6, v7 and v8.
	Versions []string
	// OnRequest is called after each request, without any lock held, from the goroutine that served it.
	OnRequest func(Request)
	// Latency delays every response.
	Latency time.Duration

	// TokenLife is how long an access token is valid. 0: 1 hour.
	TokenLife time.Duration
	// RefreshLife is how long a refresh token is valid. 0: 1 day.
	RefreshLife time.Duration
	// RefusedTokenStatus is the status of the response to a refused password or refresh token. 0: 400.
	RefusedTokenStatus int
	// OAuthErrors gives these responses the error and error_description of OAuth instead of a message.
	OAuthErrors bool
	// UnauthorizedBody adds a message to the response to an invalid access token.
	UnauthorizedBody bool
	// OperatorsOnly makes every endpoint unavailable that is not for restore operators.
	OperatorsOnly bool

	// CreateStatus is the status of the response to a new role. 0: 201 in v8, otherwise 200.
	CreateStatus int
	// WriteStatus is the status of the response to every other successful change. 0: 204.
	WriteStatus int
	// GoneStatus is the status of the response to an ID that does not exist. 0: 404.
	GoneStatus int
	// OmitErrorCode sends errors without a code.
	OmitErrorCode bool

	Update Update
	// KeepsEmptyLists makes an empty list in a PUT leave the list as it is.
	KeepsEmptyLists bool
	// KeepsEmptyDescription makes an empty description in a PUT leave the description as it is.
	KeepsEmptyDescription bool
	// KeepsSelectedItems keeps the selected items of a role that becomes EntireOrganization.
	KeepsSelectedItems bool
	// RefuseDuplicateNames responds with 400 to a second role of the same name in an organization.
	RefuseDuplicateNames bool
	// RefuseUnknownObjects responds with 400 to an object that the organization does not have.
	RefuseUnknownObjects bool
	// RefuseUnknownEntries responds like an unknown ID to a DELETE with an entry ID that the list does not have.
	RefuseUnknownEntries bool
	// AllowLastEntry lets the last operator, or the last item of a role of type SpecificObjects, be removed by DELETE.
	AllowLastEntry   bool
	DuplicateEntries DuplicateEntries
	EntryIDs         EntryIDs
	// IDCase is the letter case of IDs in roles and their lists.
	IDCase Case
	// NamesFollowRename makes the objects in the lists of a role follow changes in the directory.
	NamesFollowRename bool
	DeletedObjects    DeletedObjects
	OldTeams          OldTeams
	// RoleDelay is the time until a new role is listed. Its own URL works at once.
	RoleDelay time.Duration
	// EntryDelay is the time until a new entry is listed.
	EntryDelay time.Duration
	// RemovingDelay is how long a removed entry is still listed.
	RemovingDelay time.Duration

	// Filters is the meaning of the filters of users, groups and teams.
	Filters Filters
	// MaxPage is the size of a page that the server does not exceed. The response states it as its limit. 0: 10,000.
	MaxPage int
	// ShortPages fills pages only half. The response states the full limit and has a link to the next page.
	ShortPages bool
	// OmitPageLinks omits the links of pages. It excludes ShortPages.
	OmitPageLinks bool
	// OmitGroupNames omits the name of a group without one in v6 and v7, where it cannot be null. Otherwise it is empty.
	OmitGroupNames bool
	// ListOrder is the order of organizations, directory objects, roles and entries.
	ListOrder simkit.ListOrder
}

// withDefaults replaces the zero values that stand for a default.
func (o Options) withDefaults() Options {
	if o.Users == nil {
		o.Users = DefaultUsers()
	}
	if o.Versions == nil {
		o.Versions = []string{"v6", "v7", "v8"}
	}
	o.TokenLife = cmp.Or(o.TokenLife, time.Hour)
	o.RefreshLife = cmp.Or(o.RefreshLife, 24*time.Hour)
	o.RefusedTokenStatus = cmp.Or(o.RefusedTokenStatus, http.StatusBadRequest)
	o.WriteStatus = cmp.Or(o.WriteStatus, http.StatusNoContent)
	o.GoneStatus = cmp.Or(o.GoneStatus, http.StatusNotFound)
	o.MaxPage = cmp.Or(o.MaxPage, 10_000)
	return o
}
