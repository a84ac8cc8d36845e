// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// AccountSpec describes an account to create.
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts.
type AccountSpec struct {
	Type, Name         string
	RoleUIDs           []string // at least one
	AllowRestoreAllVMs bool
	Scopes             []ScopeItem  // required if AllowRestoreAllVMs is false
	FLR                *FLRSettings // nil means the default of the server
	SQL                *SQLSettings // nil means the default of the server
}

// The order of the fields is the order of the elements, which matters to the API.
type accountCreateXML struct {
	XMLName               xml.Name       `xml:"http://www.veeam.com/ent/v1.0 EnterpriseAccountCreateSpec"`
	AccountType           string         `xml:"AccountType"`
	AccountName           string         `xml:"AccountName"`
	Roles                 rolesOut       `xml:"Roles"`
	AllowRestoreAllVms    bool           `xml:"AllowRestoreAllVms"`
	HierarchyScopeObjects *scopeItemsOut `xml:"HierarchyScopeObjects"`
	FlrSettings           *flrOut        `xml:"FlrSettings"`
	SQLSettings           *sqlOut        `xml:"SqlSettings"`
}

type rolesOut struct {
	Roles []roleOut `xml:"EnterpriseRole"`
}

type roleOut struct {
	UID string `xml:"EnterpriseRoleUid"`
}

// The schema requires both elements. The reference makes the second one optional.
type flrOut struct {
	InplaceOnly  bool   `xml:"FlrInplaceOnly"`
	Restrictions string `xml:"FlrExtentionRestrictions"` // spelled as in the API
}

type sqlOut struct {
	DenyInPlaceRestore bool `xml:"DenyInPlaceRestore"`
}

func (spec AccountSpec) body() accountCreateXML {
	out := accountCreateXML{AccountType: spec.Type, AccountName: spec.Name, AllowRestoreAllVms: spec.AllowRestoreAllVMs}
	for _, uid := range spec.RoleUIDs {
		out.Roles.Roles = append(out.Roles.Roles, roleOut{uid})
	}
	if len(spec.Scopes) > 0 {
		out.HierarchyScopeObjects = &scopeItemsOut{Items: itemsOut(spec.Scopes)}
	}
	if spec.FLR != nil {
		out.FlrSettings = &flrOut{
			InplaceOnly: spec.FLR.InplaceOnly, Restrictions: strings.Join(spec.FLR.ExtensionRestrictions, ","),
		}
	}
	if spec.SQL != nil {
		out.SQLSettings = &sqlOut{DenyInPlaceRestore: spec.SQL.DenyInplaceRestore}
	}
	return out
}

func (spec AccountSpec) object() string { return spec.Type + " account " + clip(spec.Name, 120) }

func (spec AccountSpec) check() error {
	texts := map[string]string{"the account type": spec.Type, "the account name": spec.Name}
	for _, uid := range spec.RoleUIDs {
		if _, err := RoleUID.ID(uid); err != nil {
			return err
		}
	}
	if spec.FLR != nil {
		texts["an extension"] = strings.Join(spec.FLR.ExtensionRestrictions, ",")
	}
	for what, text := range texts {
		if err := checkText(what, text); err != nil {
			return err
		}
	}
	return checkItems(spec.Scopes)
}

// CreateAccount creates an account and returns its ID. If an account of this type and name already exists,
// CreateAccount changes nothing and the error is an [AccountExistsError]. If the response is lost, CreateAccount looks
// for the account and adopts it if it matches spec. If the server answers with a failure, it does not adopt an account,
// because another client may have created it: the error is an AccountExistsError too. An ID that is returned together
// with an error is that of an account that this call created.
//
// CreateAccount does not wait until the server lists the scopes: see [Client.AwaitAccountScopes].
//
// Source: Veeam Backup Enterprise Manager REST API reference, POST /security/accounts.
func (c *Client) CreateAccount(ctx context.Context, spec AccountSpec) (string, error) {
	const op = "create"
	if err := spec.check(); err != nil {
		return "", &Error{Op: op, Object: spec.object(), Err: err}
	}
	// Two calls with the same name in this process must not adopt each other's account.
	unlock, err := c.changing.Lock(ctx, changeKey("create", spec.Type+" "+accountKey(spec.Name)))
	if err != nil {
		return "", &Error{Op: op, Object: spec.object(), Err: err}
	}
	defer unlock()

	n := &newAccount{Client: c, spec: spec, began: time.Now()}
	if err := n.checkFree(ctx); err != nil {
		return "", err
	}
	id, unsure, err := n.create(ctx)
	if id != "" {
		created := Account{ID: id, Type: spec.Type, Name: spec.Name, Lacks: "it has not been read since it was created"}
		c.names.add(created)
		c.accounts.created(created)
	}
	if id == "" && unsure {
		err = n.withNewAccounts(ctx, err)
	}
	return id, err
}

// newAccount is an account that is being created.
type newAccount struct {
	*Client
	spec   AccountSpec
	began  time.Time
	before httpkit.Reading[*accountIndex] // does not contain the account
}

// checkFree returns an error if the account exists. A list that other creates have requested may contain an account
// that has been deleted since, so it does not prove that.
func (n *newAccount) checkFree(ctx context.Context) error {
	for _, asked := range []time.Time{n.began.Add(-maxListAge), n.began} {
		list, err := n.accountsSince(ctx, asked)
		if err != nil {
			return err
		}
		existing, err := n.findListed(ctx, n.accounts.named(list.Value, n.spec.Name), n.spec.Type, n.spec.Name)
		switch {
		case IsNotFound(err):
			n.before = list
			return nil
		case err != nil:
			return err
		case !list.Started.Before(n.began):
			return existing.exists(nil)
		}
	}
	return nil
}

// create creates the account. unsure reports whether the server may have created an account that was not found.
func (n *newAccount) create(ctx context.Context) (id string, unsure bool, err error) {
	r := post("create", n.spec.object(), "security/accounts", n.spec.body())
	var resp *httpkit.Response
	var adopted string // ID
	seen, err := n.sendVerified(ctx, verifiedWrite{
		op: r.op, object: r.object, settle: settleOthers, contested: true,
		send: func() (err error) {
			resp, err = n.write(ctx, r)
			unsure = unsure || IsUncertain(err)
			return err
		},
		look: func(wait time.Duration) (_ bool, err error) {
			adopted, err = n.adopt(ctx, wait)
			return adopted != "", err
		},
		refused: func(answer error) error { return n.afterAnswer(ctx, answer) },
	})
	switch {
	case seen:
		return adopted, false, nil
	case err == nil:
		id, err = n.createdID(ctx, resp)
		return id, true, err
	case ctx.Err() != nil && IsUncertain(err) && !IsUnproven(err):
		id, err = n.lastLook(ctx, err)
	}
	return id, unsure, err
}

// withNewAccounts adds to err the accounts that are new on the server. The server may spell the name of the requested
// account in a way that does not let it be recognized.
func (n *newAccount) withNewAccounts(ctx context.Context, err error) error {
	var exists *AccountExistsError
	if errors.As(err, &exists) {
		return err
	}
	now, listErr := n.ListAccountNames(ctx)
	if listErr != nil {
		return err
	}
	var added []string
	for _, a := range n.accounts.added(n.before.Value, now) {
		if a.Type == "" || a.Type == n.spec.Type {
			added = append(added, fmt.Sprintf("%s (%s)", clip(a.Name, 120), a.ID))
		}
	}
	if len(added) == 0 {
		return err
	}
	return fmt.Errorf("%w. The server lists accounts that were not there before the request: %s. One of them may be the "+
		"requested one under another name. It was left unchanged", err, strings.Join(added, ", "))
}

func (a *Account) exists(err error) *AccountExistsError {
	return &AccountExistsError{ID: a.ID, Type: a.Type, Name: a.Name, Err: err}
}

// createdID returns the ID in the Location header or, if there is none, finds the account by its name.
func (n *newAccount) createdID(ctx context.Context, resp *httpkit.Response) (string, error) {
	if id, ok := guidOfHref(resp.Header.Get("Location"), "accounts"); ok {
		return id, nil
	}
	var found *Account
	_, err := pollUntil(ctx, settleOthers, func() (bool, error) {
		list, err := n.ListAccountNames(ctx)
		if err != nil {
			return false, err
		}
		if found, err = n.findListed(ctx, list, n.spec.Type, n.spec.Name); IsNotFound(err) {
			found, err = n.findRenamed(ctx, n.accounts.added(n.before.Value, list))
		}
		return found != nil && err == nil, err
	})
	switch {
	case err == nil && found != nil:
		return found.ID, nil
	case ctx.Err() != nil:
		return n.lastLook(ctx, n.spec.withoutID("the server created the account but did not return its ID", ctx.Err()))
	case err != nil:
		const message = "the server created the account but did not return its ID, and finding the account failed"
		return "", n.spec.withoutID(message, err)
	}
	return "", n.spec.withoutID("the server reported that it created the account, but does not list it", nil)
}

// findRenamed returns the new account that spec describes if the server spells the domain in its name differently. It
// returns nil if there is no such account, or if there are several.
func (n *newAccount) findRenamed(ctx context.Context, added []Account) (*Account, error) {
	found, err := n.inOtherDomains(ctx, n.spec, added)
	if err != nil || len(found) != 1 {
		return nil, err
	}
	if match, err := n.match(ctx, found[0], n.spec); err != nil || match.Differs != "" {
		return nil, err
	}
	return found[0], nil
}

// FindRenamed returns an account whose type and name are those of spec, but in another domain. The server may have
// rewritten the domain, or it is another account. It returns nil if there is no such account.
func (c *Client) FindRenamed(ctx context.Context, spec AccountSpec) (*Account, error) {
	list, err := c.ListAccountNames(ctx)
	if err != nil {
		return nil, err
	}
	found, err := c.inOtherDomains(ctx, spec, list)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// inOtherDomains returns those of the listed accounts whose type and name are those of spec, but in another domain.
func (c *Client) inOtherDomains(ctx context.Context, spec AccountSpec, list []Account) ([]*Account, error) {
	var found []*Account
	for _, a := range list {
		if SameNameFold(a.Name, spec.Name) ||
			!sameUserPart(strings.TrimSpace(a.Name), strings.TrimSpace(spec.Name)) {
			continue
		}
		whole, err := c.Complete(ctx, a)
		switch {
		case IsNotFound(err): // deleted since the accounts were listed
		case err != nil:
			return nil, err
		case whole.ID != "" && whole.Type == spec.Type:
			found = append(found, &whole)
		}
	}
	return found, nil
}

// withoutID returns the error of an account that was created, but whose ID could not be determined.
func (spec AccountSpec) withoutID(message string, err error) *Error {
	return &Error{Op: "create", Object: spec.object(), Message: message, Err: err, unknown: true}
}

// afterAnswer returns the error of a request that the server answered with a failure. If there is an account of this
// type and name by now, it is an AccountExistsError. That account is not adopted even if it matches: the answer does
// not prove that this call created it.
func (n *newAccount) afterAnswer(ctx context.Context, answer error) error {
	var e *Error
	if !errors.As(answer, &e) || e.Status < 400 || IsUnauthorized(answer) || IsForbidden(answer) {
		return answer
	}
	existing, err := n.FindAccount(ctx, n.spec.Type, n.spec.Name)
	failed := *e
	switch {
	case err == nil:
		return existing.exists(answer)
	case IsNotFound(err):
		failed.unknown = false
		if e.unknown {
			return &failed // the server may just have created it: see withNewAccounts
		}
		if renamed, err := n.FindRenamed(ctx, n.spec); renamed != nil && err == nil {
			exists := renamed.exists(&failed)
			exists.Renamed = true
			return exists
		}
		return &failed
	case !e.unknown:
		return answer
	}
	failed.unproven = true
	return fmt.Errorf("%w, and checking whether the account exists failed: %w", &failed, err)
}

// adopt looks, until wait has passed, for the account that a request may have created although its response was lost. A
// setting that the server does not show counts as a match, because the account did not exist before the request. If the
// list that lacks it was requested for an earlier create, another client may have created the account since. Then
// everything has to match.
func (n *newAccount) adopt(ctx context.Context, wait time.Duration) (string, error) {
	proven := !n.before.Started.Before(n.began)
	if !proven {
		wait = max(wait, settleScopes)
	}
	found, match, err := n.lookFor(ctx, n.spec, wait, func(found *Account, match AccountMatch) bool {
		return found != nil && match.Differs == "" && (proven || match.Exact())
	})
	switch {
	case err != nil:
		return "", err
	case found == nil:
		return "", nil
	case match.Differs != "":
		return "", found.exists(fmt.Errorf("it differs from the request in %s", match.Differs))
	case !proven && !match.Exact():
		return "", found.exists(fmt.Errorf("the server does not show %s, so it may be the account of another client",
			cmp.Or(match.Hidden, "all its restore scopes")))
	}
	return found.ID, nil
}

// lastLook looks for the account a little longer than the context of the caller allows, so that an interrupted create
// does not leave an orphan behind. It returns the ID together with the error interrupted.
func (n *newAccount) lastLook(ctx context.Context, interrupted error) (string, error) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpkit.GracePeriod)
	defer cancel()
	id, _ := n.adopt(own, httpkit.GracePeriod)
	return id, interrupted
}
