// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package httpkit contains what the API clients of this provider share. It parses the address of a server, verifies its
// certificate, sends requests and retries them as their class allows, limits the size of responses, keeps secrets out
// of messages, shares one run of a request among goroutines, polls, and provides locks that stop waiting when a context
// ends.
//
// It knows nothing of any endpoint, wire format or way to log on.
package httpkit
