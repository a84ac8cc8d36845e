// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package emsim simulates Veeam Backup Enterprise Manager: an http.Handler
// over a store in memory that answers as the pages of the Veeam Backup
// Enterprise Manager REST API reference say. It shares nothing with the
// client, so that a mistake on one side shows.
//
// It is strict: XML in the namespace, elements in the order of the schema,
// unknown elements, attributes and JSON properties refused, and every rule of
// the pages applied again. It is frank: Server.Journal holds every request.
//
// Where the pages contradict each other or are silent, an option chooses the
// reading; the zero value of Options is the plainest one:
//
//   - HostName: Hrefs carry the server's own idea of its host, which the client seldom knows it by.
//   - Platform: Windows wants Domain\Name, the Linux appliance Name@Domain (POST /security/accounts).
//   - SessionIdle, UnknownSessionStatus: 15 minutes, and 401 or on some builds 500 (Authentication and Security).
//   - OmitLocation: the page on headers promises a Location for what was created, those of the calls do not show it.
//   - ReferencesOnly: format=Entity gives entities of a collection "generally".
//   - OmitSettings: older builds leave FlrSettings and SqlSettings out of an account.
//   - AccountNameCase: Windows names may come back in another case.
//   - DuplicateAccountStatus, RefuseDuplicateRole: how the refusal of what is there already looks.
//   - ScopeStatus: the page of POST .../scopes says 202 and shows 201.
//   - ScopeDelay, ScopeStagger, ProcessDelay, RemovingDelay: 202 and the states Unprocessed, Processed and
//     Removing speak for work that is done later. A deleted scope is listed as Removing until it is gone.
//   - RootNames: the pages show HierarchyRootName as the root's ID, as its UniqueId and as its name.
//   - DuplicateScopes, LastScope, ObjectNames, NamesFollowRename, RefuseUnknownObjects: the pages are silent.
//   - ObjectTypeCase: the pages write both VM and Vm.
//   - SharedScopeIDs, SharedDelete: a page shows three scopes of one account with one ID, a resource pool of
//     the same name under three roots; what DELETE does then is anyone's guess.
//   - NoScopeLicense: customizing scopes needs an edition that allows it.
//   - TaskDuration, TaskCollect, TaskFailure: a rebuild is Running, then OperationFinished, then Finished.
//
// What the simulator decides without an option: assigning a role that the
// account has is a success, POST to an account (the toggle) takes no body, the
// rights of a user follow from the roles of the account of that name, /lookup
// under an unknown root is 404, and file shares are not found by it.
//
// Faults (Server.Inject) are what networks, proxies and busy servers add.
package emsim
