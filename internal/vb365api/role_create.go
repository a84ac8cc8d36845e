// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// SettleTime is how long the server may take to list a role or an entry that it has added, and to stop listing one that
// it has removed. After a lost response, what is not listed by then counts as not added.
const SettleTime = 5 * time.Second

// RoleExistsError is the error if the organization has roles of the wanted name already.
type RoleExistsError struct{ Roles []Role }

// Error describes the first of the roles.
func (e *RoleExistsError) Error() string {
	const form = "the organization %s already has a restore operator role with the name %q: its ID is %s"
	return fmt.Sprintf(form, e.Roles[0].OrganizationID, e.Roles[0].Name, e.Roles[0].ID)
}

// Created is the result of [Client.CreateRole].
type Created struct {
	Role Role
	// Found reports whether the role was found by name, because it was not known whether the server had created it. Its
	// properties may then be other than the wanted ones.
	Found bool
	// Twins are other roles of the same name. There was none before, so that the server has carried out an earlier request
	// whose response was lost, after all, or another client has created a role at the same time.
	Twins []Role
}

// CreateRole creates a role in an organization that has no role of that name. Otherwise it sends nothing and returns a
// [RoleExistsError].
//
// If it is not known whether the server created the role, because there was no complete response or the server failed,
// CreateRole looks for the role by name, and sends the request again only if there is none. If the error is uncertain,
// the server may have created the role.
//
// Source: Veeam Backup for Microsoft 365 REST API reference, POST /Organizations/{organizationId}/RbacRoles.
func (c *Client) CreateRole(ctx context.Context, organizationID string, spec RoleSpec) (Created, error) {
	path := pathOf("Organizations", organizationID, rolesPath)
	r := post("create", roleObject+c.clip(spec.Name, 120), path, nil)
	var err error
	if r.body, err = c.roleBody(spec); err != nil {
		return Created{}, r.fail(err)
	}
	unlock, err := c.naming.Lock(ctx, nameLock(organizationID, spec.Name))
	if err != nil {
		return Created{}, r.fail(err)
	}
	defer unlock()
	same, err := c.rolesNamed(ctx, organizationID, spec.Name)
	if err != nil {
		return Created{}, err
	}
	if len(same) > 0 {
		return Created{}, &RoleExistsError{Roles: same}
	}
	for attempt := 0; ; attempt++ {
		role, err := c.postRole(ctx, organizationID, r)
		switch {
		case err == nil && attempt == 0:
			return Created{Role: role}, nil
		case err == nil:
			return Created{Role: role, Twins: c.twins(ctx, organizationID, role)}, nil
		case attempt == 0 && !IsUncertain(err):
			return Created{}, err
		}
		found, lookErr := c.findCreated(ctx, organizationID, spec.Name, c.settleTime(err))
		switch {
		case len(found) > 0:
			return Created{Role: found[0], Found: true, Twins: found[1:]}, nil
		case lookErr != nil:
			e := r.fail(lookErr)
			e.Message, e.unknown = "the outcome is unknown ("+err.Error()+"), and looking for the role failed", true
			return Created{}, e
		case ctx.Err() != nil || attempt >= c.maxRetries || !IsUncertain(err):
			return Created{}, uncertain(err)
		}
	}
}

// uncertain returns the error of the last request as uncertain, because the server may have carried out an earlier one.
func uncertain(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.unknown {
		return err
	}
	last := *e
	last.unknown = true
	return &last
}

// postRole sends the request. An attempt in progress may finish although the caller is interrupted: otherwise the
// server could have a role whose ID is not known.
func (c *Client) postRole(ctx context.Context, organizationID string, r *request) (Role, error) {
	if err := ctx.Err(); err != nil {
		return Role{}, r.fail(err)
	}
	own, cancel := httpkit.WithGrace(ctx, httpkit.GracePeriod)
	defer cancel()
	r.abandoned = func() bool { return ctx.Err() != nil }
	resp, err := c.do(own, r)
	if err != nil {
		return Role{}, err
	}
	role, err := parseRole(resp.Body)
	if err == nil && role.ID == "" {
		err = errors.New("the response has no ID")
	}
	if err != nil {
		e := c.unexpectedResponse(r, resp, err)
		e.unknown = true
		return Role{}, e
	}
	if role.OrganizationID == "" {
		role.OrganizationID = organizationID
	}
	return role, nil
}

// findCreated looks for a role by name until wait has passed. If the context has ended already, it still looks once.
func (c *Client) findCreated(
	ctx context.Context, organizationID, name string, wait time.Duration,
) (found []Role, err error) {
	if ctx.Err() != nil {
		own, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpkit.GracePeriod)
		defer cancel()
		ctx, wait = own, 0
	}
	pace := httpkit.Pace{Until: time.Now().Add(wait)}
	_, err = httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) {
		found, err = c.rolesNamed(ctx, organizationID, name)
		return len(found) > 0, err
	})
	return found, err
}

// twins returns the other roles with the name of a role that is the result of a repeated request. If they cannot be
// listed, it returns none: the role exists, which counts more.
func (c *Client) twins(ctx context.Context, organizationID string, role Role) []Role {
	same, _ := c.rolesNamed(ctx, organizationID, role.Name)
	return slices.DeleteFunc(same, func(r Role) bool { return r.ID == role.ID })
}

// rolesNamed returns the roles of an organization with exactly this name.
func (c *Client) rolesNamed(ctx context.Context, organizationID, name string) ([]Role, error) {
	roles, err := c.ListOrganizationRoles(ctx, organizationID)
	return slices.DeleteFunc(roles, func(r Role) bool { return r.Name != name }), err
}

// settleTime returns for how long to look for the role after an uncertain error. If a time limit ended the request, the
// server may still be busy with it: a request that is sent again too soon could create a second role.
func (c *Client) settleTime(err error) time.Duration {
	wait := SettleTime
	var e *Error
	if errors.As(err, &e) {
		wait = max(wait, e.retryAfter)
		if e.Status == http.StatusGatewayTimeout || e.Status == http.StatusRequestTimeout ||
			errors.Is(err, context.DeadlineExceeded) {
			wait = max(wait, c.sender.Timeout())
		}
	}
	return wait
}
