// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// changes are the changes that writeAndVerify makes.
var changes = map[string]struct {
	path string // that shows the effect
	do   func(ctx context.Context, c *Client) error
}{
	"toggle": {"/accounts/" + accountID, func(ctx context.Context, c *Client) error {
		return c.SetAllowRestoreAllVMs(ctx, accountID, false)
	}},
	"add a role": {"/roles", func(ctx context.Context, c *Client) error {
		return c.AddAccountRole(ctx, accountID, Role{ID: otherRole}.UID())
	}},
}

// posted returns how many POST requests the server has received.
func (s *store) posted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

func TestChanges_AreNotMadeIfTheServerRefusesThem(t *testing.T) {
	for name, change := range changes {
		for _, code := range []int{400, 403, 409} {
			t.Run(name+" "+http.StatusText(code), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
						reply(w, code, errorXML(code, "not allowed"))
						return true
					}
					f := newFake(t, s.serve)
					wants(t, change.do(t.Context(), f.client()), "not allowed")
					f.expect("POST /security/accounts/"+accountID, 1)
				})
			})
		}
	}
}

func TestChanges_FailIfTheirEffectCannotBeRead(t *testing.T) {
	for name, change := range changes {
		for when, posts := range map[string]int{"before": 0, "after": 1} {
			t.Run(name+", "+when, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
						if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, change.path) && s.posted() == posts {
							reply(w, 403, errorXML(403, "not now"))
							return
						}
						s.serve(w, r)
					})
					wants(t, change.do(t.Context(), f.client()), "not now")
					f.expect("POST /security/accounts/"+accountID, posts)
				})
			})
		}
	}
}

// A 404 without a body may come from a proxy. If the list cannot be read either, the object may still be there.
func TestBareNotFound_IsNeverGoneIfTheListCannotBeRead(t *testing.T) {
	account := "/api/security/accounts/" + accountID
	for name, c := range map[string]struct {
		bare string // the path that gets the 404
		do   func(ctx context.Context, c *Client) error
	}{
		"read account": {account, func(ctx context.Context, c *Client) error {
			_, err := c.GetAccount(ctx, accountID)
			return err
		}},
		"list the roles": {account + "/roles", func(ctx context.Context, c *Client) error {
			_, err := c.ListAccountRoles(ctx, accountID)
			return err
		}},
		"list the restore scopes": {account + "/scopes", func(ctx context.Context, c *Client) error {
			_, err := c.ListScopes(ctx, accountID)
			return err
		}},
		"remove role": {account + "/roles/" + roleID, func(ctx context.Context, c *Client) error {
			return c.RemoveAccountRole(ctx, accountID, roleID)
		}},
		"remove restore scope": {account + "/scopes/" + scopeID, func(ctx context.Context, c *Client) error {
			return c.RemoveScope(ctx, accountID, scopeID)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == c.bare {
						w.WriteHeader(http.StatusNotFound)
						return
					}
					reply(w, 403, errorXML(403, "not now"))
				})
				err := c.do(t.Context(), f.client())
				wants(t, err, name, "404", "not now")
				equal(t, "IsNotFound", IsNotFound(err), false)
			})
		})
	}
}

// A server that lists references only shows neither the type nor the settings of an account in the list.
func TestFindAccountAndFindRenamed_ReadEachReferenceOfTheName(t *testing.T) {
	list := "<EntityReferences " + ns + ">"
	for _, id := range []string{roleID, accountID} { // the first account is deleted after it has been listed
		list += `<Ref Name="TECH\william.fox" UID="urn:veeam:EnterpriseAccount:` + id + `"/>`
	}
	for code, found := range map[int]bool{404: true, 403: false} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case strings.HasSuffix(r.URL.Path, "/accounts"):
						reply(w, 200, list+"</EntityReferences>")
					case strings.HasSuffix(r.URL.Path, accountID):
						reply(w, 200, accountDoc(accountID, `TECH\william.fox`, true))
					default:
						reply(w, code, errorXML(code, "not now"))
					}
				})
				c := f.client()
				for _, find := range []func() (*Account, error){
					func() (*Account, error) { return c.FindAccount(t.Context(), "User", `tech\William.Fox`) },
					func() (*Account, error) {
						return c.FindRenamed(t.Context(), AccountSpec{Type: "User", Name: `other\William.Fox`})
					},
				} {
					a, err := find()
					if !found {
						wants(t, err, `read account TECH\william.fox`, "not now")
						continue
					}
					ok(t, err)
					equal(t, "the account", a.ID, accountID)
					equal(t, "AllowRestoreAllVMs", a.AllowRestoreAllVMs, true)
				}
			})
		})
	}
}

func TestFindRenamed_SkipsOtherTypesAndAccountsWithoutAnID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, servesAccounts(accountList(
			accountEntityDoc("group-7", "User", `TECH\fox`, vmsAllowed),
			accountEntityDoc(otherAccount, "Group", `TECH\fox`, vmsAllowed),
			accountEntityDoc(accountID, "User", `TECH\fox`, vmsAllowed),
		), ""))
		a, err := f.client().FindRenamed(t.Context(), AccountSpec{Type: "User", Name: `OTHER\fox`})
		ok(t, err)
		equal(t, "the account", a.ID, accountID)
	})
}

func TestFindRenamed_FailsIfTheListCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 403, errorXML(403, "not now")) })
		_, err := f.client().FindRenamed(t.Context(), spec)
		wants(t, err, "list the accounts", "not now")
	})
}

func TestSetAllowRestoreAllVMs_ChecksTheID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		wants(t, f.client().SetAllowRestoreAllVMs(t.Context(), "../roles", false), "switch the restore of all VMs")
		f.expect("", 0)
	})
}

func TestCreateAccount_SendsNothingThatTheServerCannotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, newStore().serve)
		c := f.client()
		for what, change := range map[string]func(*AccountSpec){
			"is not a UID":     func(s *AccountSpec) { s.RoleUIDs = []string{"urn:\x01:" + roleID, spec.RoleUIDs[0]} },
			"an extension":     func(s *AccountSpec) { s.FLR = &FLRSettings{ExtensionRestrictions: []string{"doc", "p\x01f"}} },
			"has no reference": func(s *AccountSpec) { s.Scopes = []ScopeItem{vm01, {ObjectName: "VM02"}} },
			"is empty":         func(s *AccountSpec) { s.Scopes = []ScopeItem{{HierarchyObjRef: vm01.HierarchyObjRef}} },
		} {
			asked := spec
			change(&asked)
			_, err := c.CreateAccount(t.Context(), asked)
			wants(t, err, "create User account", what)
		}
		f.expect("", 0)
	})
}

// The server accepts the request and does not say which account it created.
func TestCreateAccount_WithoutAnIDFailsAndIsUncertain(t *testing.T) {
	for name, c := range map[string]struct {
		listed time.Duration // after the request; the caller gives up after a second
		id     string
	}{
		"listed in time": {1500 * time.Millisecond, accountID}, "listed too late": {time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					time.AfterFunc(c.listed, func() {
						s.mu.Lock()
						defer s.mu.Unlock()
						commit()
					})
					w.WriteHeader(http.StatusCreated)
					return true
				}
				id, err := newFake(t, s.serve).client().CreateAccount(within(t, time.Second), spec)
				wants(t, err, "the server created the account but did not return its ID")
				equal(t, "the ID", id, c.id)
				equal(t, "uncertain", IsUncertain(err), true)
				equal(t, "timed out", errors.Is(err, context.DeadlineExceeded), true)
				time.Sleep(c.listed) // the timer of the server ends
			})
		})
	}
}

// referenceTo returns an entry of which the list shows neither the type nor the settings.
func referenceTo(id, name string) string {
	return `<Other Name="` + name + `" UID="urn:veeam:EnterpriseAccount:` + id + `"/>`
}

func TestCreateAccount_FailsIfTheCreatedAccountCannotBeFound(t *testing.T) {
	const renamed = "william.fox@tech.local"
	for name, c := range map[string]struct{ doc, refused string }{
		"no list":                            {"", "/accounts"},
		"the account":                        {referenceTo(accountID, spec.Name), accountID},
		"the account in another domain":      {referenceTo(accountID, renamed), accountID},
		"the roles of one in another domain": {accountDoc(accountID, renamed, true), "/roles"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.accounts[otherAccount] = accountDoc(otherAccount, `TECH\old`, true)
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
					s.accounts[accountID] = c.doc
					w.WriteHeader(http.StatusCreated)
					return true
				}
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet && s.posted() > 0 && strings.HasSuffix(r.URL.Path, c.refused) {
						reply(w, 403, errorXML(403, "not now"))
						return
					}
					s.serve(w, r)
				})
				id, err := f.client().CreateAccount(t.Context(), spec)
				wants(t, err, "the server created the account but did not return its ID", "not now")
				equal(t, "the ID", id, "")
				equal(t, "uncertain", IsUncertain(err), true)
			})
		})
	}
}

func TestCreateAccount_SendsNothingIfTheNameMayBeTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/accounts") {
				reply(w, 200, accountList(accountDoc(otherAccount, `TECH\old`, true), referenceTo(accountID, spec.Name)))
				return
			}
			reply(w, 403, errorXML(403, "not now"))
		})
		_, err := f.client().CreateAccount(t.Context(), spec)
		wants(t, err, `read account TECH\william.fox`, "not now")
		f.expect("POST /security/accounts", 0)
	})
}

// Another client creates an account of that name at the same time, which has nothing to do with the answer.
func TestCreateAccount_LooksForNoAccountIfTheServerRejectsTheClientOrTheTaskFails(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"401":           {401, errorXML(401, "not for you")},
		"403":           {403, errorXML(403, "not for you")},
		"a failed task": {202, `<Task ` + ns + `><Result Success="false"><Message>not for you</Message></Result></Task>`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					commit()
					reply(w, c.status, c.body)
					return true
				}
				f := newFake(t, s.serve)
				_, err := f.client().CreateAccount(t.Context(), spec)
				wants(t, err, "create User account", "not for you")
				omits(t, err, "already exists")
				f.expect("GET /security/accounts", 1)
			})
		})
	}
}
