// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package httpkit holds what the API clients of this provider share: the form
// of a server's address, trust in its certificate, sending requests and
// repeating them as their class allows, reading answers of bounded size,
// keeping secrets out of texts, sharing one run of a request among goroutines,
// polling, and locks that end with a context.
//
// It knows no endpoint, no wire format and no way to log on.
package httpkit
