// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package rules contains the rules of the Enterprise Manager REST API that the provider enforces during planning, so
// that the server does not refuse a request halfway through an apply. Each rule is a pure function that is named after
// what it requires. It takes Terraform values and returns no error if a value that it needs is not known yet.
//
//	no  function                 rule
//	 1  AccountType              account_type is one of the four types
//	 2  AccountName              account_name has the form that account_type and the server's platform require
//	 3  Roles, RolesExist        at least one role; each a role UID in lower case, of a role that the server has
//	 4  RestoreScopeNeeded       allow_restore_all_vms = false needs a restore_scope
//	 5  ExtensionsNeeded         flr_settings.inplace_only = true needs extension_restrictions
//	 5  ExtensionsWithoutEffect  extensions without inplace_only warn
//	 6  Extension                an extension has no comma, semicolon or control character
//	 6  NewExtensions            a new extension has no dot, slash or white space either
//	 7  FLRSettingsReplace       a change to flr_settings replaces the account
//	 8  SQLSettingsReplace       a change to sql_settings replaces the account
//	 9  AccountReplace           a change to account_type or account_name replaces the account
//	10  HierarchyObjRef          a hierarchy reference is urn:<Platform>:<Type>:<root GUID>.<object>
//	10  ObjectName               the object of a reference has a name without control characters
//	10  KnownObject              the lookup service knows a new object under its name; otherwise a warning
//	11  ID                       an ID is a GUID
//	12  LogonOf                  the account of exactly the logon's name is the provider's, or else each that may be
//	12  SelfLockout              the account that the provider is logged on as remains a Portal Administrator
//	12  GroupLockout             so does a group, if the provider has the role through one
//	13  ScopesDistinct           no two items of one restore_scope have the same root, type and name
//	14  AdministratorScope       a Portal Administrator with allow_restore_all_vms = false warns
//
// The rules come from these pages of the Veeam Backup Enterprise Manager REST API reference:
// "POST /security/accounts" (1 to 9, 14), "POST /security/accounts/{ID}/scopes" (10), "GET /security/roles/{ID}" (3).
// Rules 2 and 10 (in part), 11, 12 and 13 are stricter than the server; the comments of their functions say so.
package rules
