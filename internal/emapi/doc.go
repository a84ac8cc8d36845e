// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package emapi is a client for the REST API of Veeam Backup Enterprise Manager. It covers accounts with their roles
// and restore scopes, the security roles, the hierarchy roots, the lookup service, the file servers, and tasks.
//
// The package does not depend on Terraform and can be used on its own. A [Client] logs on once, before its first
// request, and all goroutines that use the client share that session. [Client.Close] logs off.
//
// # Failed requests
//
// GET and DELETE requests are retried after connection errors, timeouts and the statuses 429, 502, 503 and 504, at most
// Config.MaxRetries times. A POST request is retried only if it is certain that the server did not accept it. If the
// response to a POST request is lost, the client reads the state of the server and then either adopts what the request
// created or sends the request again. A request that failed because the session had expired is sent once more in a new
// session.
//
// # Responses
//
// The client uses the XML format of the API. It ignores unknown elements, but a response of an unexpected type (such as
// an HTML page of a proxy, a truncated document, or another namespace) is an [Error] and never an empty value.
//
// The source that a doc comment names is a page of the Veeam Backup Enterprise Manager REST API reference.
package emapi
