// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
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

type flrOut struct {
	InplaceOnly  bool   `xml:"FlrInplaceOnly"`
	Restrictions string `xml:"FlrExtentionRestrictions,omitempty"` // spelled as in the API
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
		texts["a role UID"] = uid
		if _, ok := guidOfUID(uid); !ok {
			return fmt.Errorf("%q is not the UID of a role", clip(uid, 80))
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
// CreateAccount changes nothing and the error is an [AccountExistsError]. If the response is lost or reports a failure
// of the server, CreateAccount looks for the account and adopts it if it matches spec. An ID that is returned together
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
	unlock, err := c.changing.Lock(ctx, changeKey("create", strings.ToLower(spec.Type+" "+spec.Name)))
	if err != nil {
		return "", &Error{Op: op, Object: spec.object(), Err: err}
	}
	defer unlock()

	switch existing, err := c.FindAccount(ctx, spec.Type, spec.Name); {
	case err == nil:
		return "", existing.exists()
	case !IsNotFound(err):
		return "", err
	}
	return c.createOnce(ctx, spec)
}

func (c *Client) createOnce(ctx context.Context, spec AccountSpec) (string, error) {
	r := post("create", spec.object(), "security/accounts", spec.body())
	var resp *httpkit.Response
	var adopted string // ID
	seen, err := c.sendVerified(ctx, verifiedWrite{
		op: r.op, object: r.object, settle: settleOthers,
		send: func() (err error) { resp, err = c.write(ctx, r); return err },
		look: func(wait time.Duration) (_ bool, err error) {
			adopted, err = c.adopt(ctx, spec, wait)
			return adopted != "", err
		},
		refused: func(refusal error) error { return c.afterRefusal(ctx, spec, refusal) },
	})
	switch {
	case seen:
		return adopted, nil
	case err == nil:
		return c.createdID(ctx, spec, resp)
	case ctx.Err() != nil && IsUncertain(err):
		return c.lastLook(ctx, spec, err)
	}
	return "", err
}

func (a *Account) exists() *AccountExistsError {
	return &AccountExistsError{ID: a.ID, Type: a.Type, Name: a.Name}
}

// createdID returns the ID in the Location header or, if there is none, finds the account by its name.
func (c *Client) createdID(ctx context.Context, spec AccountSpec, resp *httpkit.Response) (string, error) {
	if id, ok := guidOfHref(resp.Header.Get("Location"), "accounts"); ok {
		return id, nil
	}
	var found *Account
	_, err := pollUntil(ctx, settleOthers, func() (bool, error) {
		var err error
		found, err = c.FindAccount(ctx, spec.Type, spec.Name)
		if IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	})
	switch {
	case found != nil:
		return found.ID, nil
	case ctx.Err() != nil:
		return c.lastLook(ctx, spec, spec.withoutID("the server created the account but did not return its ID", ctx.Err()))
	case err != nil:
		const message = "the server created the account but did not return its ID, and finding the account failed"
		return "", spec.withoutID(message, err)
	}
	return "", spec.withoutID("the server reported that it created the account, but does not list it", nil)
}

// withoutID returns the error of an account that was created, but whose ID could not be determined.
func (spec AccountSpec) withoutID(message string, err error) *Error {
	return &Error{Op: "create", Object: spec.object(), Message: message, Err: err, unknown: true}
}

// afterRefusal returns the refusal or, if an account of this type and name has been created outside this call in the
// meantime, an AccountExistsError. That account is not adopted even if it matches, because this call did not create it.
func (c *Client) afterRefusal(ctx context.Context, spec AccountSpec, refusal error) error {
	var e *Error
	if !errors.As(refusal, &e) || e.Status < 400 || IsUnauthorized(refusal) || IsForbidden(refusal) {
		return refusal
	}
	if existing, err := c.FindAccount(ctx, spec.Type, spec.Name); err == nil {
		return existing.exists()
	}
	return refusal
}

// adopt looks, until wait has passed, for the account that a request may have created although its response was lost. A
// setting that the server does not show counts as a match, because the account did not exist before the request.
func (c *Client) adopt(ctx context.Context, spec AccountSpec, wait time.Duration) (string, error) {
	found, match, err := c.lookFor(ctx, spec, wait, func(found *Account, match AccountMatch) bool {
		return found != nil && match.Differs == ""
	})
	switch {
	case err != nil:
		return "", err
	case found == nil:
		return "", nil
	case match.Differs != "":
		return "", fmt.Errorf("%w, but it differs from the request in %s", found.exists(), match.Differs)
	}
	return found.ID, nil
}

// lastLook looks for the account for gracePeriod longer than the context of the caller allows, so that an interrupted
// create does not leave an orphan behind. It returns the ID together with the error interrupted.
func (c *Client) lastLook(ctx context.Context, spec AccountSpec, interrupted error) (string, error) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), gracePeriod)
	defer cancel()
	id, err := c.adopt(own, spec, settleOthers)
	var exists *AccountExistsError
	if id == "" && errors.As(err, &exists) {
		return "", errors.Join(interrupted, err)
	}
	return id, interrupted
}
