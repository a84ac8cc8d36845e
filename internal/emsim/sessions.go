// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
)

// The users that can log on by default. On Linux, the domain follows the user name.
const (
	DefaultUser     = `TECH\administrator`
	LinuxUser       = "administrator@TECH"
	DefaultPassword = "Veeam-Simulator-1"

	ViewerUser      = `TECH\viewer`
	LinuxViewerUser = "viewer@TECH"
	ViewerPassword  = "Veeam-Viewer-1"
)

const (
	sessionHeader = "X-RestSvcSessionId"
	basicRealm    = "Basic Realm=RestSvc"
)

// User is a user that can log on. A new server has an account of type User for each of them, except for a user with
// Groups and without Roles. The user has the rights of the roles of its account and of the accounts of its groups, and
// cannot log on if there is none of them.
type User struct {
	Name, Password string
	Roles          []string // role IDs
	// Account is the name of the user's account. Empty: Name.
	Account string
	// UserName is the name that the user's sessions show. Empty: Name.
	UserName string
	// Groups are the names of the accounts of type Group or ExternalGroup of which the user is a member.
	Groups []string
}

// DefaultUsers returns a Portal Administrator and a Portal User.
func DefaultUsers(platform Platform) []User {
	admin, viewer := DefaultUser, ViewerUser
	if platform == PlatformLinux {
		admin, viewer = LinuxUser, LinuxViewerUser
	}
	return []User{
		{Name: admin, Password: DefaultPassword, Roles: []string{RolePortalAdministrator}},
		{Name: viewer, Password: ViewerPassword, Roles: []string{RolePortalUser}},
	}
}

// session is a logon session. Requests are authenticated with the token; the ID only identifies the session.
type session struct {
	id, token string
	user      User
	lastUsed  time.Time
}

// sessionToken returns the token of the request. A cookie takes precedence over the header.
func sessionToken(r *http.Request) string {
	if cookie, err := r.Cookie(sessionHeader); err == nil {
		return cookie.Value
	}
	return r.Header.Get(sessionHeader)
}

// dropIdle removes the sessions that have expired.
func (s *Server) dropIdle() {
	now := time.Now()
	s.sessions = slices.DeleteFunc(s.sessions, func(open *session) bool {
		return now.Sub(open.lastUsed) >= s.opts.SessionIdle
	})
}

// findSession returns the open session of the request, or nil if there is none.
func (s *Server) findSession(r *http.Request) *session {
	token := sessionToken(r)
	for _, open := range s.sessions {
		if open.token == token && time.Since(open.lastUsed) < s.opts.SessionIdle {
			return open
		}
	}
	return nil
}

func (s *Server) dropSession(id string) {
	s.sessions = slices.DeleteFunc(s.sessions, func(open *session) bool { return open.id == id })
}

var supportedVersions = []string{"v1_5", "v1_6", "v1_7"}

func (s *Server) describe(*call) response {
	logon := func(version string) element {
		return links(link("Create", "LogonSession", s.href("/sessionMngr/?v="+version)))
	}
	kids := make([]element, 0, len(supportedVersions))
	for _, v := range supportedVersions {
		kids = append(kids, el("SupportedVersion", logon(v)).attr("Name", v))
	}
	versions := listOf("SupportedVersions", "SupportedVersions", kids)
	versions.flat = true
	first := links(
		link("Create", "LogonSession", s.href("/sessionMngr/?v=latest")),
		link("Down", "LogonSessionList", s.href("/logonSessions")),
	)
	return entity(el("EnterpriseManager", first, versions).attr("Type", "EnterpriseManager").attr("Href", s.href("/")))
}

func (s *Server) logOn(c *call) response {
	unauthorized := fail(http.StatusUnauthorized, "The user name or password is incorrect.").
		with("WWW-Authenticate", basicRealm)
	name, password, ok := c.http.BasicAuth()
	if !ok {
		return unauthorized
	}
	i := slices.IndexFunc(s.opts.Users, func(u User) bool {
		return strings.EqualFold(u.Name, name) && u.Password == password
	})
	if i < 0 {
		return unauthorized
	}
	user := s.opts.Users[i]
	c.entry.User = user.Name
	if len(s.accountsOf(user)) == 0 {
		return unauthorized
	}
	if v := c.query.Get("v"); v != "" && v != "latest" && !slices.Contains(supportedVersions, v) {
		return fail(http.StatusBadRequest, "Version %q is not supported.", v)
	}
	token := base64.StdEncoding.EncodeToString([]byte(simkit.NewGUID()))
	open := &session{id: simkit.NewGUID(), token: token, user: user, lastUsed: time.Now()}
	s.sessions = append(s.sessions, open)
	c.entry.SessionID = open.id
	r := entity(s.sessionEntity(open))
	r.status = http.StatusCreated
	r = r.with(sessionHeader, open.token).with("Set-Cookie", sessionHeader+"="+open.token+"; Path=/api;")
	return s.located(r, "/logonSessions/"+open.id)
}

func (s *Server) sessionEntity(open *session) element {
	href := s.href("/logonSessions/" + open.id)
	return el("LogonSession",
		links(append(s.sessionLinks(), link("Delete", "", href))...),
		leaf("UserName", cmp.Or(open.user.UserName, open.user.Name)), leaf("SessionId", open.id),
	).attr("Type", "LogonSession").attr("Href", href)
}

// listSessions shows every session to an administrator, and to other users their own sessions.
func (s *Server) listSessions(c *call) response {
	var kids []element
	for _, open := range s.sessions {
		if c.mayUse(open) {
			kids = append(kids, s.sessionEntity(open))
		}
	}
	return entity(listOf("LogonSessions", "LogonSessions", kids))
}

func (s *Server) getSession(c *call) response {
	for _, open := range s.sessions {
		if open.id == strings.ToLower(c.vars[0]) && c.mayUse(open) {
			return entity(s.sessionEntity(open))
		}
	}
	return notFound("Logon session", c.vars[0])
}

func (s *Server) logOff(c *call) response {
	for _, open := range s.sessions {
		if open.id == strings.ToLower(c.vars[0]) && c.mayUse(open) {
			s.dropSession(open.id)
			return bare(http.StatusNoContent)
		}
	}
	return notFound("Logon session", c.vars[0])
}

// mayUse reports whether the caller may see and end the session.
func (c *call) mayUse(open *session) bool {
	return strings.EqualFold(open.user.Name, c.session.user.Name) || c.hasRole(RolePortalAdministrator)
}

// hasRole reports whether the account of the caller, or the account of one of its groups, has the role.
func (c *call) hasRole(roleID string) bool {
	return slices.ContainsFunc(c.accounts, func(a *Account) bool { return a.hasRole(roleID) })
}

// ownAccount returns the account of the user itself, or nil if there is none.
func (s *Server) ownAccount(u User) *Account {
	return s.store.FindAccount("User", cmp.Or(u.Account, u.Name))
}

// accountsOf returns the accounts from which the user has rights.
func (s *Server) accountsOf(u User) []*Account {
	var all []*Account
	if own := s.ownAccount(u); own != nil {
		all = append(all, own)
	}
	for _, name := range u.Groups {
		for _, accountType := range []string{"Group", "ExternalGroup"} {
			if group := s.store.FindAccount(accountType, name); group != nil {
				all = append(all, group)
			}
		}
	}
	return all
}
