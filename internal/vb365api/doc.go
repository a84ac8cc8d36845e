// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package vb365api is a client for the REST API of Veeam Backup for Microsoft 365, in the versions v6, v7 and v8. It
// covers restore operator roles with their lists, organizations, and the users, groups, sites and teams of an
// organization.
//
// The package does not depend on Terraform and can be used on its own. A [Client] gets a token before its first
// request, and all goroutines that use the client share it. [Client.Close] logs off.
//
// # Failed requests
//
// GET, PUT and DELETE requests are retried after connection errors, timeouts, the statuses 429, 502, 503 and 504, and
// errors that say that the server is busy, at most Config.MaxRetries times. A POST request is retried only if it is
// certain that the server did not accept it. If it is not known whether a role was created, the client looks for it by
// name. A request that failed because the token is not valid is sent once more with another token.
//
// # Responses
//
// Any status 2xx is a success. The client ignores properties that it does not know, and accepts entries of unknown
// types. A response that is no JSON document of the expected kind is an [Error] and never an empty value.
//
// The source that a doc comment names is a page of the Veeam Backup for Microsoft 365 REST API reference.
package vb365api
