// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package emsim simulates Veeam Backup Enterprise Manager: an http.Handler over an in-memory store that responds as
// the Veeam Backup Enterprise Manager REST API reference describes. It shares no code with the API client, so that a
// mistake in either of them makes a test fail.
//
// The simulator is strict: it requires the XML namespace and the order of elements in the schema, rejects unknown
// elements, attributes and JSON properties, and enforces every rule of the reference. Server.Journal returns every
// request that the simulator received.
//
// Where the reference contradicts itself or is silent, an option selects the behavior. The zero value of Options
// selects the simplest one:
//
//   - HostName: Hrefs contain the server's own host name, which is seldom the name that the client connects to.
//   - Platform: Windows requires Domain\Name, the Linux appliance Name@Domain (POST /security/accounts) or the bare
//     name of a local account, as the user guide says.
//   - SessionIdle, UnknownSessionStatus: a session expires after 15 idle minutes. The server then responds with 401 or,
//     on some builds, 500 (Authentication and Security).
//   - OmitLocation: the page about headers promises a Location for every created object. The pages of the individual
//     requests do not show one.
//   - ReferencesOnly: the reference says that format=Entity "generally" returns the entities of a collection.
//   - ShortEntityNames, InlineRoles: the schema of 2017 calls the entities in collections EnterpriseAccountEntity and
//     EnterpriseRoleEntity, and has the roles in an account. No page of the reference shows either.
//   - OddAccount: the web UI has accounts for vSphere roles. The reference does not show how the API lists them.
//   - PageSize: the reference shows PagingInfo in the responses of the query service only.
//   - OmitSettings: older builds omit FlrSettings and SqlSettings from accounts.
//   - AccountNameCase, AccountNames: Windows may return an account name in a different case or form.
//   - NameForm: macOS decomposes names, Windows and vCenter usually do not, and no page promises a form.
//   - Extensions, AllVMs, DroppedSettings, AddedRole, DroppedRole: no page promises that an account is created exactly
//     as requested. The schema of 2017 spells an element of FlrSettings differently, so a server may drop it silently.
//   - DuplicateAccountStatus, RefuseDuplicateRole: the response to a second account of the same name, and to a role
//     that the account already has, is not documented.
//   - ScopeStatus: the page about POST .../scopes says 202 in its text and 201 in its example.
//   - ScopeDelay, ScopeStagger, ProcessDelay, RemovingDelay: the status 202 and the states Unprocessed, Processed and
//     Removing suggest that the server works asynchronously. A deleted scope is listed as Removing until it is gone.
//   - RootNames: the reference shows HierarchyRootName as the root's ID, as its UniqueId and as its name.
//   - DuplicateScopes, LastScope, ObjectNames, NamesFollowRename, RefuseUnknownObjects: the reference is silent.
//   - ObjectTypeCase: the reference spells the same type VM and Vm.
//   - SharedScopeIDs, SharedDelete: a page shows three scopes of one account that have the same ID; they are resource
//     pools of the same name under three roots. The reference does not say what DELETE does with such an ID.
//   - ScopeFailure: the page about response codes says that a 202 comes with a task.
//   - NoScopeLicense: customizing restore scopes requires an edition that includes this feature.
//   - TaskDuration, TaskCollect, TaskFailure, TaskResultEarly: a rebuild is Running, then OperationFinished, then
//     Finished. OperationFinished can have a Result already.
//   - OmitTaskMessage: the schema of 2017 makes the Message of a Result optional.
//
// Some choices of the simulator have no option: POST to an account (the toggle) takes no body, a user has the rights
// of the account with the user's name, /lookup responds with 404 to an unknown root, and /lookup does not find file
// shares. A task is known only to the session that started it; real servers answer 500 in any other session.
//
// Faults (see Server.Inject) simulate failing networks, proxies and busy servers.
package emsim
