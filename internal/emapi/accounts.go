// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"io"
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
	Type               string // one of AccountTypes, or another type that the server knows
	Name               string // as the server spells it
	AllowRestoreAllVMs bool
	FLR                *FLRSettings // nil if the server omitted the block
	SQL                *SQLSettings // nil if the server omitted the block
	Roles              []Role       // nil if the server does not show them here: see [Client.RolesOf]

	// Lacks says what the server does not show of the account. Then nothing but its ID, Type and Name is known, each of
	// which is empty if it is not known either. Empty: everything is known.
	Lacks string
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
	return a.Type == b.Type && SameNameFold(a.Name, b.Name)
}

// accountPath checks an account's ID and returns it in lower case, with the path of the account.
func accountPath(op, accountID string) (id, path string, err error) {
	id, err = ParseGUID(accountID)
	if err != nil {
		return "", "", &Error{Op: op, Object: "account", Err: err}
	}
	return id, "security/accounts/" + id, nil
}

const opListAccounts, accountsObject = "list", "the accounts"

// ListAccounts lists the accounts. An account of which the server does not show everything is in the list, with
// [Account.Lacks]: so is every account if the server returns references instead of entities.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts.
func (c *Client) ListAccounts(ctx context.Context) ([]Account, error) {
	entities, references := accountRequests()
	return c.listAccounts(ctx, entities, references)
}

// ListAccountNames lists the accounts as references, which are a third as long. It returns what [Client.ListAccounts]
// returns if the server knows only references: the ID and the name of each account.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts.
func (c *Client) ListAccountNames(ctx context.Context) ([]Account, error) {
	entities, references := accountRequests()
	return c.listAccounts(ctx, references, entities)
}

func accountRequests() (entities, references *request) {
	const path = "security/accounts"
	return entity(opListAccounts, accountsObject, path), get(opListAccounts, accountsObject, path)
}

func (c *Client) listAccounts(ctx context.Context, first, second *request) ([]Account, error) {
	list, err := readEither(first, second, func(r *request) ([]Account, error) {
		return readLarge(ctx, c, r, parseAccounts)
	})
	c.names.add(list...)
	return list, err
}

// GetAccount reads an account. If the server does not show everything, the error is that of [Account.Lacks].
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}.
func (c *Client) GetAccount(ctx context.Context, id string) (*Account, error) {
	a, err := c.ShowAccount(ctx, id)
	if err == nil && a.Lacks != "" {
		return nil, &Error{Op: "read", Object: c.accountObject(a.ID), Err: errors.New(a.Lacks)}
	}
	return a, err
}

// ShowAccount reads an account of which the server need not show everything: see [Account.Lacks].
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /security/accounts/{ID}.
func (c *Client) ShowAccount(ctx context.Context, id string) (*Account, error) {
	id, path, err := accountPath("read", id)
	if err != nil {
		return nil, err
	}
	r := entity("read", c.accountObject(id), path)
	account, err := read(ctx, c, r, parseObject(parseAccount, func(a *Account) bool { return a.ID == id }))
	if err == nil {
		c.names.add(*account)
		c.rolesApart.Store(account.Roles == nil)
	}
	return account, confirmGone(err, func() (bool, error) { return c.hasAccount(ctx, id) })
}

// Complete returns a listed account with everything that the server shows of it. It sends a request only if the list
// shows less.
func (c *Client) Complete(ctx context.Context, listed Account) (Account, error) {
	if listed.Lacks == "" || listed.ID == "" {
		return listed, nil
	}
	whole, err := c.ShowAccount(ctx, listed.ID)
	var e *Error
	switch {
	case err == nil:
		return *whole, nil
	case errors.As(err, &e) && e.unreadable:
		listed.Lacks = err.Error()
		return listed, nil
	}
	return Account{}, err
}

// FindAccount returns the account of a type and name. Names are compared without regard to case, as Windows does, and
// without white space around them, which the server may have removed. If there is no such account, [IsNotFound] is true
// for the error.
func (c *Client) FindAccount(ctx context.Context, accountType, name string) (*Account, error) {
	list, err := c.ListAccountNames(ctx)
	if err != nil {
		return nil, err
	}
	return c.findListed(ctx, list, accountType, name)
}

// findListed returns the account of a type and name among listed ones.
func (c *Client) findListed(ctx context.Context, list []Account, accountType, name string) (*Account, error) {
	for _, a := range list {
		if !SameNameFold(strings.TrimSpace(a.Name), strings.TrimSpace(name)) {
			continue
		}
		whole, err := c.Complete(ctx, a)
		switch {
		case IsNotFound(err): // deleted since the accounts were listed
		case err != nil:
			return nil, err
		case whole.ID != "" && strings.EqualFold(whole.Type, accountType):
			return &whole, nil
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
	defer c.scopes.removed(id)
	err = c.remove(ctx, r, func() (bool, error) { return c.hasAccount(ctx, id) })
	if err == nil {
		c.accounts.deleted(id)
	}
	return err
}

// accountXML is an account: EnterpriseAccount, or EnterpriseAccountEntity in the XML schema.
type accountXML struct {
	refXML
	AccountType        string       `xml:"AccountType"`
	Roles              accountRoles `xml:"Roles"`
	AllowRestoreAllVms string       `xml:"AllowRestoreAllVms"`
	Flr                *flrIn       `xml:"FlrSettings"`
	Sql                *sqlIn       `xml:"SqlSettings"`
}

type accountRoles struct {
	Entries []refXML `xml:",any"`
}

type flrIn struct {
	InplaceOnly  string `xml:"FlrInplaceOnly"`
	Restrictions string `xml:"FlrExtentionRestrictions"` // spelled as in the API
}

type sqlIn struct {
	DenyInPlaceRestore string `xml:"DenyInPlaceRestore"`
}

// account returns the account. Whatever the server does not show is in Lacks.
func (x accountXML) account() Account {
	a := Account{Type: strings.TrimSpace(x.AccountType), Name: x.Name, Roles: x.Roles.roles()}
	if i := slices.IndexFunc(AccountTypes, func(t string) bool { return strings.EqualFold(t, a.Type) }); i >= 0 {
		a.Type = AccountTypes[i]
	}
	var err error
	a.ID, err = x.id("accounts")
	switch {
	case err != nil:
	case a.Name == "":
		err = errors.New("the response has no Name")
	case a.Type == "":
		err = errors.New("the response has no AccountType")
	default:
		err = x.settings(&a)
	}
	if err != nil {
		a.Lacks = err.Error()
	}
	return a
}

func (x accountXML) settings(a *Account) (err error) {
	if a.AllowRestoreAllVMs, err = parseBool("AllowRestoreAllVms", x.AllowRestoreAllVms); err != nil {
		return err
	}
	if a.FLR, err = x.Flr.settings(); err != nil {
		return err
	}
	a.SQL, err = x.Sql.settings()
	return err
}

// roles returns nil unless every role has a UID and a name: every account has a role.
func (x accountRoles) roles() []Role {
	var roles []Role
	for _, entry := range x.Entries {
		id, ok := guidOfUID(entry.UID)
		if !ok || entry.Name == "" {
			return nil
		}
		roles = append(roles, Role{ID: id, Name: entry.Name})
	}
	return roles
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
	if _, err := decode(body, map[string]any{"EnterpriseAccount": &doc, "EnterpriseAccountEntity": &doc}); err != nil {
		return nil, err
	}
	a := doc.account()
	if a.ID == "" {
		return nil, errors.New(a.Lacks)
	}
	return &a, nil
}

const onlyReference = "the server lists references only"

// parseAccounts returns an account for each entry that has an ID or a name, whatever else it lacks: one odd entry must
// not hide the others. The XML schema calls the entries EnterpriseAccountEntity.
func parseAccounts(body io.Reader) ([]Account, error) {
	list, other, known := []Account{}, []otherXML(nil), 0
	add := func(a Account) { list, known = append(list, a), known+1 }
	entity := element(func(x accountXML) { add(x.account()) })
	reference := element(func(x refXML) { add(x.account(onlyReference)) })
	unknown := element(func(x otherXML) {
		other = append(other, x)
		if x.UID != "" || x.Name != "" {
			list = append(list, x.account("the list shows it as "+clip(x.XMLName.Local, 80)))
		}
	})
	_, err := decodeFrom(body, map[string]any{
		"EntityReferences":   elements{"Ref": reference}.or(unknown),
		"EnterpriseAccounts": elements{"EnterpriseAccountEntity": entity, "EnterpriseAccount": entity}.or(unknown),
	})
	if err == nil {
		err = checkList(known, other)
	}
	if err == nil && len(list) > 0 && !slices.ContainsFunc(list, func(a Account) bool { return a.ID != "" }) {
		err = errors.New(list[0].Lacks)
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// account returns an account of which only a reference is known.
func (r refXML) account(lacks string) Account {
	id, err := r.id("accounts")
	if err != nil {
		lacks = err.Error()
	}
	return Account{ID: id, Name: r.Name, Lacks: lacks}
}
