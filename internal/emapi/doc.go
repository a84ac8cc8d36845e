// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package emapi is a client of the REST API of Veeam Backup Enterprise Manager:
// accounts, their roles and restore scopes, the roles there are, the hierarchy
// roots and their look-up service, and tasks.
//
// It knows nothing of Terraform and can be used on its own. A [Client] sends
// nothing before its first request; then it logs on once, and every goroutine
// that uses the client shares that session. [Client.Close] logs off.
//
// # Requests that fail
//
// Reads and DELETEs are repeated after connection errors, time-outs and the
// answers 429, 502, 503 and 504, at most Config.MaxRetries times. A POST is
// repeated only where it is certain that the server did not take it. Where the
// answer to a POST was lost, the client looks at what the server has then, and
// decides: adopt what was made, or send again. A request that met an expired
// session is repeated once with a new one.
//
// # Answers
//
// The API's native XML is spoken. Unknown elements are ignored, but an answer
// of another type than the one asked for (a proxy's HTML page, a cut-off
// document, another namespace) is an [Error], never an empty value.
//
// The pages that doc comments name are those of the Veeam Backup Enterprise
// Manager REST API reference.
package emapi
