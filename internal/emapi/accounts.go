// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// AccountTypes lists the types of accounts.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts.
var AccountTypes = []string{"User", "Group", "ExternalUser", "ExternalGroup"}

// FLRSettings are the restrictions of file-level restore.
type FLRSettings struct {
	InplaceOnly           bool
	ExtensionRestrictions []string // for example doc, pptx
}

// SQLSettings are the restrictions of SQL restore.
type SQLSettings struct {
	DenyInplaceRestore bool
}

// Account is an account of Enterprise Manager as the server returns it.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}.
type Account struct {
	ID                 string // GUID in lower case
	Type               string // one of AccountTypes; "" if the server lists references only
	Name               string // as the server spells it
	AllowRestoreAllVMs bool
	FLR                *FLRSettings // nil if the server omitted the block
	SQL                *SQLSettings // nil if the server omitted the block
}

// UID returns the account's UID.
func (a Account) UID() string { return AccountUID.Of(a.ID) }

// IsGroup reports whether the members of the account have its roles.
func (a Account) IsGroup() bool { return a.Type == "Group" || a.Type == "ExternalGroup" }

// Same reports whether two accounts are the same: they have the same ID or, if the ID of one is not known, the same
// type and name.
func (a Account) Same(b Account) bool {
	if a.ID != "" && b.ID != "" {
		return a.ID == b.ID
	}
	return a.Type == b.Type && strings.EqualFold(a.Name, b.Name)
}

// accountPath checks an account's ID and returns it in lower case, with the path of the account.
func accountPath(op, accountID string) (id, path string, err error) {
	id, err = ParseGUID(accountID)
	if err != nil {
		return "", "", &Error{Op: op, Object: "account", Err: err}
	}
	return id, "security/accounts/" + id, nil
}

// ListAccounts lists the accounts. If the server returns references instead of entities, Type is empty, FLR and SQL are
// nil, and AllowRestoreAllVMs has no meaning.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts.
func (c *Client) ListAccounts(ctx context.Context) ([]Account, error) {
	const op, object, path = "list", "the accounts", "security/accounts"
	list, err := read(ctx, c, entity(op, object, path), parseAccounts)
	if refusesEntities(err) {
		list, err = read(ctx, c, get(op, object, path), parseAccounts)
	}
	c.names.add(list...)
	return list, err
}

// GetAccount reads an account.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}.
func (c *Client) GetAccount(ctx context.Context, id string) (*Account, error) {
	id, path, err := accountPath("read", id)
	if err != nil {
		return nil, err
	}
	r := entity("read", c.accountObject(id), path)
	account, err := read(ctx, c, r, parseObject(parseAccount, func(a *Account) bool { return a.ID == id }))
	if err == nil {
		c.names.add(*account)
	}
	return account, confirmGone(err, func() (bool, error) { return c.hasAccount(ctx, id) })
}

// FindAccount returns the account of a type and name. Names are compared without regard to case, as Windows does, and
// without white space around them, which the server may have removed. If there is no such account, [IsNotFound] is true
// for the error.
func (c *Client) FindAccount(ctx context.Context, accountType, name string) (*Account, error) {
	list, err := c.ListAccounts(ctx)
	if err != nil {
		return nil, err
	}
	return c.findListed(ctx, list, accountType, name)
}

func (c *Client) findListed(ctx context.Context, list []Account, accountType, name string) (*Account, error) {
	for _, a := range list {
		if !strings.EqualFold(strings.TrimSpace(a.Name), strings.TrimSpace(name)) {
			continue
		}
		if a.Type == "" {
			whole, err := c.GetAccount(ctx, a.ID)
			if IsNotFound(err) {
				continue // deleted since the accounts were listed
			}
			if err != nil {
				return nil, err
			}
			a = *whole
		}
		if strings.EqualFold(a.Type, accountType) {
			return &a, nil
		}
	}
	return nil, &Error{
		Op: "find", Object: accountType + " account " + clip(name, 120), Status: http.StatusNotFound,
		Message: "the server lists no account of this type and name",
	}
}

// DeleteAccount deletes an account. It succeeds if the account does not exist.
//
// Source: Veeam Backup Enterprise Manager REST API reference, DELETE /security/accounts/{ID}.
func (c *Client) DeleteAccount(ctx context.Context, id string) error {
	id, path, err := accountPath("delete", id)
	if err != nil {
		return err
	}
	r := remove("delete", c.accountObject(id), path)
	return c.remove(ctx, r, func() (bool, error) { return c.hasAccount(ctx, id) })
}

type accountXML struct {
	refXML
	AccountType        string `xml:"AccountType"`
	AllowRestoreAllVms string `xml:"AllowRestoreAllVms"`
	Flr                *flrIn `xml:"FlrSettings"`
	Sql                *sqlIn `xml:"SqlSettings"`
}

type flrIn struct {
	InplaceOnly  string `xml:"FlrInplaceOnly"`
	Restrictions string `xml:"FlrExtentionRestrictions"` // spelled as in the API
}

type sqlIn struct {
	DenyInPlaceRestore string `xml:"DenyInPlaceRestore"`
}

func (x accountXML) account() (Account, error) {
	id, err := x.id("accounts")
	if err != nil {
		return Account{}, err
	}
	a := Account{ID: id, Type: strings.TrimSpace(x.AccountType), Name: x.Name}
	if i := slices.IndexFunc(AccountTypes, func(t string) bool { return strings.EqualFold(t, a.Type) }); i >= 0 {
		a.Type = AccountTypes[i]
	}
	switch {
	case a.Name == "":
		return Account{}, fmt.Errorf("the account %s in the response has no Name", id)
	case a.Type == "":
		return Account{}, fmt.Errorf("the account %s in the response has no AccountType", id)
	}
	if a.AllowRestoreAllVMs, err = parseBool("AllowRestoreAllVms", x.AllowRestoreAllVms); err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	if a.FLR, err = x.Flr.settings(); err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	a.SQL, err = x.Sql.settings()
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	return a, nil
}

// settings returns nil if the block was omitted or lacks its main element.
func (x *flrIn) settings() (*FLRSettings, error) {
	if x == nil || strings.TrimSpace(x.InplaceOnly) == "" {
		return nil, nil
	}
	inplace, err := parseBool("FlrInplaceOnly", x.InplaceOnly)
	if err != nil {
		return nil, err
	}
	return &FLRSettings{InplaceOnly: inplace, ExtensionRestrictions: splitExtensions(x.Restrictions)}, nil
}

func (x *sqlIn) settings() (*SQLSettings, error) {
	if x == nil || strings.TrimSpace(x.DenyInPlaceRestore) == "" {
		return nil, nil
	}
	deny, err := parseBool("DenyInPlaceRestore", x.DenyInPlaceRestore)
	if err != nil {
		return nil, err
	}
	return &SQLSettings{DenyInplaceRestore: deny}, nil
}

func parseAccount(body []byte) (*Account, error) {
	var doc accountXML
	if _, err := decode(body, map[string]any{"EnterpriseAccount": &doc}); err != nil {
		return nil, err
	}
	a, err := doc.account()
	if err != nil {
		return nil, err
	}
	return &a, nil
}

func parseAccounts(body []byte) ([]Account, error) {
	var refs refsXML
	var entities struct {
		Accounts []accountXML `xml:"EnterpriseAccount"`
		Other    []otherXML   `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"EntityReferences": &refs, "EnterpriseAccounts": &entities}); err != nil {
		return nil, err
	}
	if err := checkKnownEntries(len(refs.Refs)+len(entities.Accounts), append(refs.Other, entities.Other...)); err != nil {
		return nil, err
	}
	list := make([]Account, 0, len(refs.Refs)+len(entities.Accounts))
	for _, ref := range refs.Refs {
		id, err := ref.id("accounts")
		if err != nil {
			return nil, err
		}
		if ref.Name == "" {
			return nil, fmt.Errorf("the account %s in the response has no Name", id)
		}
		list = append(list, Account{ID: id, Name: ref.Name})
	}
	for _, x := range entities.Accounts {
		a, err := x.account()
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
