// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

var (
	idAttribute = regexp.MustCompile(`"id":"([^"]+)"`)
	privateData = regexp.MustCompile(`"private":"[^"]+"`)
)

// multiply adds n-1 groups to a state that contains group 0 and, if there is one, to the server. Applying them would
// take longer than everything that is measured.
func multiply(statePath string, s *server, n int) error {
	text, err := os.ReadFile(statePath)
	if err != nil {
		return err
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(text, &state); err != nil {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, state["resources"]); err != nil {
		return err
	}
	group := strings.Trim(compact.String(), "[]")
	var ids []string
	for _, match := range idAttribute.FindAllStringSubmatch(group, -1) {
		ids = append(ids, match[1])
	}
	if s != nil {
		ids = append(ids, s.ids()...)
	}
	all := []string{group}
	for g := 1; g < n; g++ {
		changes := []string{groupName(0), groupName(g)}
		for _, id := range ids {
			changes = append(changes, id, simkit.NewGUID())
		}
		change := strings.NewReplacer(changes...)
		if s != nil {
			s.addGroup(change)
		}
		another := privateData.ReplaceAllStringFunc(group, func(member string) string {
			changed, failed := changePrivate(member, change)
			if failed != nil {
				err = fmt.Errorf("the private data %s: %w", member, failed)
			}
			return changed
		})
		all = append(all, change.Replace(another))
	}
	if err != nil {
		return err
	}
	state["resources"] = json.RawMessage("[" + strings.Join(all, ",") + "]")
	if text, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(statePath, text, 0o600)
}

// changePrivate changes the private data of a resource. It is an object in base64 whose values are in base64 too.
func changePrivate(member string, change *strings.Replacer) (string, error) {
	var outer struct {
		Private []byte `json:"private"`
	}
	if err := json.Unmarshal([]byte("{"+member+"}"), &outer); err != nil {
		return "", err
	}
	var values map[string][]byte
	if json.Unmarshal(outer.Private, &values) != nil {
		return member, nil // Terraform's own data: the schema version and the timeouts
	}
	for name, value := range values {
		values[name] = []byte(change.Replace(string(value)))
	}
	inner, err := json.Marshal(values)
	if err != nil {
		return "", err
	}
	outer.Private = inner
	text, err := json.Marshal(outer)
	return strings.Trim(string(text), "{}"), err
}

// ids returns the IDs of the accounts of group 0 and of their scopes.
func (s *server) ids() (ids []string) {
	for _, a := range s.Snapshot() {
		if strings.Contains(a.Name, groupName(0)) {
			ids = append(ids, a.ID)
			for _, scope := range a.Scopes {
				ids = append(ids, scope.ID)
			}
		}
	}
	return ids
}

// addGroup copies the accounts of group 0 with changed names and IDs.
func (s *server) addGroup(change *strings.Replacer) {
	s.Mutate(func(store *emsim.Store) {
		for _, a := range store.Accounts() {
			if !strings.Contains(a.Name, groupName(0)) {
				continue
			}
			another := *a
			another.ID, another.Name, another.Scopes = change.Replace(a.ID), change.Replace(a.Name), nil
			for _, scope := range a.Scopes {
				copied := *scope
				copied.ID = change.Replace(scope.ID)
				another.Scopes = append(another.Scopes, &copied)
			}
			store.AddAccount(another)
		}
	})
}
