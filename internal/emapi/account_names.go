// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"sync"
)

// accountNames remembers the names of the accounts that the client has read or created, because errors name an account
// by its name. Its zero value is ready for use.
type accountNames struct {
	mu sync.Mutex
	of map[string]string // by ID
}

func (n *accountNames) add(accounts ...Account) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil {
		n.of = map[string]string{}
	}
	for _, a := range accounts {
		if a.Name != "" {
			n.of[a.ID] = a.Name
		}
	}
}

// name returns the name of an account, or the ID if the name is not known.
func (n *accountNames) name(id string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if name, ok := n.of[id]; ok {
		return clip(name, 120)
	}
	return id
}

// accountObject names an account in errors.
func (c *Client) accountObject(id string) string { return "account " + c.names.name(id) }

// AccountName returns the name of an account for a message about an error, or for a warning if err is nil. It reads the
// account if the client has not done so before and the error is not a failure of the server or the network. It returns
// the ID if it cannot determine the name.
func (c *Client) AccountName(ctx context.Context, id string, err error) string {
	if lower, err := ParseGUID(id); err == nil {
		id = lower
	}
	if status := statusOf(err); c.names.name(id) == id && (err == nil || status != 0 && status < 500) {
		_, _ = c.ShowAccount(ctx, id) // remembers the name
	}
	return c.names.name(id)
}

// statusOf returns the HTTP status in a chain of errors, or 0.
func statusOf(err error) int {
	var e *Error
	for errors.As(err, &e) {
		if e.Status != 0 {
			return e.Status
		}
		err = e.Err
	}
	return 0
}
