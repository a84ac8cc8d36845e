// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package vb365sim simulates the REST API of Veeam Backup for Microsoft 365 in the versions 6, 7 and 8, as far as
// restore operator roles need it: an http.Handler over an in-memory store. It shares no code with the API client, so
// that a mistake in either of them makes a test fail.
//
// The simulator is strict: it rejects unknown properties, query parameters and form fields, entries whose object does
// not fit their type, and everything else that the schema of the version does not have. Server.Journal returns every
// request that the simulator received, without passwords and tokens.
//
// Where the reference contradicts itself or is silent, an option selects the behavior. The zero value of Options
// selects what the strongest source says:
//
//   - TokenLife, RefreshLife: an access token is valid for an hour by default; the page does not say how long a refresh
//     token is.
//   - RefusedTokenStatus, OAuthErrors, UnauthorizedBody: the reference declares one form of errors and no status of
//     them. Clients have seen the errors of OAuth, and a 401 without a body.
//   - OperatorsOnly: the user guide says that all other endpoints are then unavailable, but not how they respond.
//   - CreateStatus, WriteStatus: the pages say 200, the OpenAPI documents 204 and, in v8, 201 for a new role.
//   - GoneStatus, OmitErrorCode: the status of an unknown ID is not documented; only v8 has a code for it.
//   - Update: a page and an example show that PUT merges properties; each page also says that a body "must" contain
//     them all.
//   - KeepsEmptyLists, KeepsEmptyDescription, KeepsSelectedItems: the reference says that a list in a PUT replaces the
//     list, but not whether an empty one does, nor what becomes of the selected items of an EntireOrganization role.
//   - RefuseDuplicateNames, RefuseUnknownObjects, RefuseUnknownEntries, DuplicateEntries: the reference is silent.
//   - AllowLastEntry: a new role needs an operator, and selected items if it is of type SpecificObjects. The reference
//     does not say that a DELETE enforces this.
//   - EntryIDs: two samples of the ID of an entry have different GUIDs in front of the ID of the object.
//   - IDCase: all IDs are opaque strings, and the reference does not promise their letter case.
//   - NamesFollowRename, DeletedObjects: the reference does not say whether an entry follows the directory.
//   - OldTeams: v6 does not have teams in roles, but serves roles that v7 has given some.
//   - RoleDelay, EntryDelay, RemovingDelay: no page promises that a change is visible at once.
//   - Filters: the reference calls userName and displayName filters, without saying what they match.
//   - MaxPage, ShortPages, OmitPageLinks: a page has links "when present", and a limit of 10,000.
//   - OmitGroupNames: the name of a group can be null since v8.
//   - ListOrder: the reference promises no order.
//
// Some choices of the simulator have no option. A property that is null counts as missing. IDs in a body are ignored:
// the path names the role and the organization. A role of type EntireOrganization with selectedItems is rejected, as in
// PowerShell; so is an object that is both selected and excluded. Users who are not administrators get a token, and 403
// with it. A refresh replaces both tokens. A setId is valid until a thousand further lists have been read.
//
// Faults (see Server.Inject) simulate failing networks, proxies and busy servers. FaultExpireSession ends the access
// token only; see Server.ExpireSessions for both tokens.
package vb365sim
