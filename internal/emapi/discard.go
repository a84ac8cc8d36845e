// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

// discard logs off a session whose logon failed, and returns the error of the logon. If the session cannot be logged
// off, the error says so, and Close tries again.
func (c *Client) discard(ctx context.Context, s *session, failed error) error {
	limit := discardTimeout
	if ctx.Err() != nil {
		ctx, limit = context.WithoutCancel(ctx), httpkit.GracePeriod
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := c.logOff(ctx, s, false)
	c.sessions.discards(s, err)
	if err == nil {
		return failed
	}
	// The reason is a text, so that its status is not taken for that of the logon.
	return fmt.Errorf("%w; the session that the server opened stays open until it has been idle for 15 minutes: %s",
		failed, err.Error())
}

// ownSession returns the ID of a session of which only the token is known, or "" if the server does not know the
// session. It returns an error unless exactly one session in the list can be this one, because another session must
// never be logged off.
//
// Source: Veeam Backup Enterprise Manager REST API reference, GET /logonSessions.
func (c *Client) ownSession(ctx context.Context, s *session) (string, error) {
	r := get("find", "the session of "+s.user, "logonSessions")
	resp, err := c.sendAs(ctx, r, s)
	switch {
	case err != nil:
		return "", err
	case resp.Status == http.StatusUnauthorized:
		return "", nil
	case resp.Status < 200 || resp.Status > 299:
		return "", c.statusError(r, resp)
	}
	listed, err := parseSessions(resp.Body)
	if err != nil {
		return "", c.unexpectedResponse(r, resp, err)
	}
	var candidates []sessionInfo
	for _, one := range listed {
		// If the name does not tell whose session it is, more than one session may be this one.
		if !c.sessions.isKnown(one.id) && (one.user == "" || sameUserPart(one.user, s.user)) {
			candidates = append(candidates, one)
		}
	}
	if len(candidates) == 1 && candidates[0].user != "" && MayBeSameUser(candidates[0].user, s.user) {
		return candidates[0].id, nil
	}
	return "", r.fail(fmt.Errorf("the server lists %d sessions that may be this one", len(candidates)))
}

func parseSessions(body []byte) ([]sessionInfo, error) {
	var doc struct {
		Sessions []logonXML `xml:"LogonSession"`
		Other    []otherXML `xml:",any"`
	}
	if _, err := decode(body, map[string]any{"LogonSessions": &doc}); err != nil {
		return nil, err
	}
	if err := checkList(len(doc.Sessions), doc.Other); err != nil {
		return nil, err
	}
	sessions := make([]sessionInfo, 0, len(doc.Sessions))
	for _, x := range doc.Sessions {
		one, err := x.session()
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, one)
	}
	return sessions, nil
}
