// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// The users that can get a token by default.
const (
	DefaultUser     = `TECH\vb365admin`
	DefaultPassword = "Veeam-Simulator-365"

	// OperatorUser does not have the role Veeam Backup Administrator.
	OperatorUser     = `TECH\operator`
	OperatorPassword = "Veeam-Operator-365"

	// MFAUser must confirm its identity, which the REST API does not support.
	MFAUser     = `TECH\mfa`
	MFAPassword = "Veeam-MFA-365"
)

// User is a user that can get a token with its password.
type User struct {
	Name, Password string
	// Administrator reports whether the user has the role Veeam Backup Administrator.
	Administrator bool
	// MFA reports whether the user needs multi-factor authentication.
	MFA bool
}

// DefaultUsers returns an administrator, a user without rights and an administrator with MFA.
func DefaultUsers() []User {
	return []User{
		{Name: DefaultUser, Password: DefaultPassword, Administrator: true},
		{Name: OperatorUser, Password: OperatorPassword},
		{Name: MFAUser, Password: MFAPassword, Administrator: true, MFA: true},
	}
}

// session begins with a password grant. Each refresh replaces both tokens.
type session struct {
	id              string
	user            User
	version         int
	access, refresh string
	accessUntil     time.Time
	refreshUntil    time.Time
	antiforgery     bool // requests need a cookie that the simulator does not issue
}

// OpenSessions returns the number of sessions of v7 and v8 that have neither been logged out nor expired. A session of
// v6 cannot be logged out.
func (s *Server) OpenSessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpired()
	open := 0
	for _, current := range s.sessions {
		if current.version >= 7 {
			open++
		}
	}
	return open
}

// ExpireSessions ends every session: neither its access token nor its refresh token is valid any longer.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = nil
}

// ExpireAccessTokens ends every access token. The refresh tokens stay valid.
func (s *Server) ExpireAccessTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, open := range s.sessions {
		open.expire()
	}
}

func (s *Server) expireAccess(sessionID string) {
	for _, open := range s.sessions {
		if open.id == sessionID {
			open.expire()
		}
	}
}

// expire ends the access token.
func (open *session) expire() { open.access, open.accessUntil = "", time.Time{} }

func (s *Server) dropExpired() {
	now := time.Now()
	s.sessions = slices.DeleteFunc(s.sessions, func(open *session) bool {
		return !now.Before(open.accessUntil) && !now.Before(open.refreshUntil)
	})
}

// findSession returns the session whose access token the request has, or nil if there is none.
func (s *Server) findSession(r *http.Request) *session {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return nil
	}
	for _, open := range s.sessions {
		if open.access == token && time.Now().Before(open.accessUntil) && !open.antiforgery {
			return open
		}
	}
	return nil
}

// token serves the password grant and the refresh grant.
func (s *Server) token(c *call) response {
	form, err := c.form()
	if err != nil {
		return s.invalid(c, err)
	}
	antiforgery := c.version >= 7 && !strings.EqualFold(form.Get("disable_antiforgery_token"), "true")
	switch grant := form.Get("grant_type"); grant {
	case "password":
		i := slices.IndexFunc(s.opts.Users, func(u User) bool {
			return strings.EqualFold(u.Name, form.Get("username")) && u.Password == form.Get("password")
		})
		switch {
		case i < 0:
			return s.refuse(c, "The user name or password is incorrect.")
		case s.opts.Users[i].MFA:
			return s.refuse(c, "Multi-factor authentication is not supported for REST API connections.")
		}
		open := &session{id: simkit.NewGUID(), user: s.opts.Users[i], version: c.version}
		s.sessions = append(s.sessions, open)
		return s.issue(c, open, antiforgery)
	case "refresh_token":
		for _, open := range s.sessions {
			if open.refresh == form.Get("refresh_token") && time.Now().Before(open.refreshUntil) {
				return s.issue(c, open, antiforgery)
			}
		}
		return s.refuse(c, "The refresh token is invalid or has expired.")
	default:
		return s.refuse(c, "The grant type "+strconv.Quote(grant)+" is not supported.")
	}
}

// issue gives the session a new pair of tokens.
func (s *Server) issue(c *call, open *session, antiforgery bool) response {
	now := time.Now()
	open.access, open.refresh = simkit.NewGUID()+simkit.NewGUID(), simkit.NewGUID()
	open.accessUntil, open.refreshUntil = now.Add(s.opts.TokenLife), now.Add(s.opts.RefreshLife)
	open.antiforgery = antiforgery
	c.entry.User, c.entry.SessionID = open.user.Name, open.id
	return document(object{
		"access_token": open.access, "refresh_token": open.refresh, "token_type": "bearer",
		"expires_in": int64(s.opts.TokenLife / time.Second), "userName": open.user.Name,
		".issued": now.UTC().Format(time.RFC3339), ".expires": open.accessUntil.UTC().Format(time.RFC3339),
	})
}

// logOut ends the session. Its status differs from version to version.
func (s *Server) logOut(c *call) response {
	if len(c.body) > 0 {
		return s.fail(c, http.StatusBadRequest, "ParameterValidationFailure", "A logout has no body.")
	}
	s.sessions = slices.DeleteFunc(s.sessions, func(open *session) bool { return open == c.session })
	if c.version == 7 {
		return empty(http.StatusOK)
	}
	return empty(http.StatusNoContent)
}

func (s *Server) refuse(c *call, message string) response {
	if s.opts.OAuthErrors {
		return response{
			status: s.opts.RefusedTokenStatus,
			body:   object{"error": "invalid_grant", "error_description": message},
		}
	}
	return s.fail(c, s.opts.RefusedTokenStatus, "HttpError", "%s", message)
}

func (s *Server) unauthorized(c *call) response {
	if s.opts.UnauthorizedBody {
		return s.fail(c, http.StatusUnauthorized, "HttpError", "The access token is invalid or has expired.")
	}
	return empty(http.StatusUnauthorized).with("WWW-Authenticate", "Bearer")
}

// form parses the body of a token request.
func (c *call) form() (url.Values, error) {
	mediaType, _, err := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, errUnsupportedBody
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, err
	}
	for name := range form {
		switch name {
		case "grant_type", "username", "password", "refresh_token":
		case "disable_antiforgery_token":
			if c.version < 7 {
				return nil, unknownProperty(name)
			}
		default:
			return nil, unknownProperty(name)
		}
	}
	return form, nil
}

// redactForm replaces every value of a form that can be secret.
func redactForm(body string) string {
	form, err := url.ParseQuery(body)
	if err != nil {
		return "(redacted)"
	}
	for name := range form {
		switch name {
		case "grant_type", "username", "disable_antiforgery_token":
		default:
			form.Set(name, "redacted")
		}
	}
	return form.Encode()
}
