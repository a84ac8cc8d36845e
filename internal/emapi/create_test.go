// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// store is the state of a server, with faults for its POST requests.
type store struct {
	mu       sync.Mutex
	accounts map[string]string // document by ID
	all      bool              // AllowRestoreAllVms
	roles    []string
	scopes   []listedScope
	posts    int
	location bool   // send the Location header
	spelled  string // the name of the new account
	// fault handles the n-th POST request. It returns true if it has written the response.
	fault func(n int, w http.ResponseWriter, r *http.Request, commit func()) bool
}

func (s *store) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/security/accounts")
	if r.Method == http.MethodPost {
		s.posts++
		done := false
		commit := func() {
			if !done {
				s.commit(path)
			}
			done = true
		}
		if s.fault != nil && s.fault(s.posts, w, r, commit) {
			return
		}
		commit()
		if s.location {
			w.Header().Set("Location", "https://enterprise04.tech.local:9398/api/security/accounts/"+accountID)
		}
		w.WriteHeader(http.StatusCreated)
		return
	}
	switch {
	case path == "":
		var docs []string
		for _, doc := range s.accounts {
			docs = append(docs, doc)
		}
		reply(w, 200, accountList(docs...))
	case strings.HasSuffix(path, "/roles"):
		reply(w, 200, rolesDoc(s.roles...))
	case strings.HasSuffix(path, "/scopes"):
		reply(w, 200, scopesDoc(s.scopes...))
	default:
		reply(w, 200, accountDoc(accountID, s.spelled, s.all))
	}
}

func (s *store) commit(path string) {
	switch {
	case path == "":
		s.accounts[accountID] = accountDoc(accountID, s.spelled, s.all)
	case strings.HasSuffix(path, "/roles"):
		s.roles = append(s.roles, otherRole)
	case strings.HasSuffix(path, "/scopes"):
		id := strings.Replace(scopeID, "bceb75f9", fmt.Sprintf("%08d", len(s.scopes)), 1)
		s.scopes = append(s.scopes, listedScope{id, "VM01", strings.ToUpper(rootID), "VM", "Unprocessed"})
	default:
		s.all = !s.all
	}
}

// allowsAll returns AllowRestoreAllVms. A request can be carried out while the test goes on.
func (s *store) allowsAll() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

func newStore() *store {
	return &store{accounts: map[string]string{}, roles: []string{roleID}, all: true, spelled: `tech\WILLIAM.FOX`}
}

var spec = AccountSpec{
	Type: "User", Name: `TECH\william.fox`, RoleUIDs: []string{Role{ID: roleID}.UID()}, AllowRestoreAllVMs: true,
}

// faults are the ways to lose the response to a write, before or after the server has carried it out.
var faults = map[string]http.HandlerFunc{
	"connection reset": func(w http.ResponseWriter, _ *http.Request) { drop(w) },
	"503":              status(503),
	"502 with a page": func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 502, "<html><title>Bad Gateway</title></html>")
	},
	"504": status(504),
	"200 with a page": func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, "<html><title>Log in</title></html>")
	},
}

// lostResponse describes how eachFault loses a response.
type lostResponse struct {
	after   bool // the server has carried out the write
	gateway bool // a gateway timed out, so that the server may still be busy
}

// eachFault runs a test for each fault of the first write, before and after the server carries it out.
func eachFault(t *testing.T, run func(t *testing.T, s *store, f *fake, lost lostResponse)) {
	for name, fault := range faults {
		for _, after := range []bool{false, true} {
			when := map[bool]string{false: " before the commit", true: " after the commit"}[after]
			t.Run(name+when, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newStore()
					s.fault = func(n int, w http.ResponseWriter, r *http.Request, commit func()) bool {
						if n > 1 {
							return false
						}
						if after {
							commit()
						}
						fault(w, r)
						return true
					}
					run(t, s, newFake(t, s.serve), lostResponse{after: after, gateway: name == "504"})
				})
			})
		}
	}
}

// writes returns how often the client has to send the write.
func (l lostResponse) writes() int {
	if l.after {
		return 1
	}
	return 2
}

// looks returns how long the client checks for the effect of the write: no time if the first check sees it, and
// otherwise settle or, if the server may still be busy, the time limit of an attempt. The last check is up to one pause
// later.
func (l lostResponse) looks(settle time.Duration) (least, most time.Duration) {
	switch {
	case l.after:
		return 0, 0
	case l.gateway:
		settle = time.Minute
	}
	return settle, settle + 2*time.Second
}

func TestCreateAccount_AfterALostResponseCreatesNoSecondAccount(t *testing.T) {
	eachFault(t, func(t *testing.T, s *store, f *fake, lost lostResponse) {
		took := stopwatch(t)
		id, err := f.client().CreateAccount(t.Context(), spec)
		ok(t, err)
		equal(t, "the ID", id, accountID)
		f.expect("POST /security/accounts", lost.writes())
		took(lost.looks(3 * time.Second))
	})
}

func TestAddAccountRole_AfterALostResponseAddsTheRoleOnce(t *testing.T) {
	eachFault(t, func(t *testing.T, s *store, f *fake, lost lostResponse) {
		took := stopwatch(t)
		ok(t, f.client().AddAccountRole(t.Context(), accountID, Role{ID: otherRole}.UID()))
		took(lost.looks(3 * time.Second))
		equal(t, "the server's roles", strings.Join(s.roles, " "), roleID+" "+otherRole)
		f.expect("POST ", lost.writes()+1) // including the logon
	})
}

func TestAddScopes_AfterALostResponseAddsTheScopeOnce(t *testing.T) {
	eachFault(t, func(t *testing.T, s *store, f *fake, lost lostResponse) {
		took := stopwatch(t)
		p, err := addScopes(t.Context(), f.client(), vm01)
		ok(t, err)
		took(lost.looks(10 * time.Second))
		scopes, err := p.Wait(within(t, 5*time.Second))
		ok(t, err)
		equal(t, "the scope", scopes[0].ID, s.scopes[0].id)
		equal(t, "the number of scopes", len(s.scopes), 1)
	})
}

func TestCreateAccount_FindsTheIDByNameIfThereIsNoLocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, location := range []bool{false, true} {
			s := newStore()
			s.location = location
			f := newFake(t, s.serve)
			id, err := f.client().CreateAccount(t.Context(), spec)
			ok(t, err)
			equal(t, "the ID", id, accountID)
			f.expect("GET /security/accounts", map[bool]int{false: 2, true: 1}[location])
		}
	})
}

func TestCreateAccount_SendsNoPOSTIfTheNameIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.commit("")
		f := newFake(t, s.serve)
		_, err := f.client().CreateAccount(t.Context(), spec)
		var exists *AccountExistsError
		if !errors.As(err, &exists) {
			t.Fatalf("got %v, want an AccountExistsError", err)
		}
		equal(t, "the account", *exists, AccountExistsError{ID: accountID, Type: "User", Name: `tech\WILLIAM.FOX`})
		f.expect("POST /security", 0)
	})
}

func TestCreateAccount_ReportsAnAccountThatWasCreatedConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{400, 409} {
			s := newStore()
			s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
				commit() // as if another client had created the account
				reply(w, status, errorXML(status, "already there"))
				return true
			}
			f := newFake(t, s.serve)
			_, err := f.client().CreateAccount(t.Context(), spec)
			var exists *AccountExistsError
			if !errors.As(err, &exists) {
				t.Errorf("after a %d, got %v, want an AccountExistsError", status, err)
			}
			f.expect("POST /security", 1)
		}
	})
}

// A 500 says that the server failed, not that it changed nothing. The account may also be that of another client, which
// the server refused to create a second time.
func TestCreateAccount_AfterAnAnswerOf500AdoptsNothingAndSendsNothingAgain(t *testing.T) {
	for name, c := range map[string]struct {
		lost    bool // the response to a first request is lost before that
		differs bool
	}{
		"a matching account": {}, "another account": {differs: true},
		"a matching account after a lost response": {lost: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.fault = func(n int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					if c.lost && n == 1 {
						drop(w)
						return true
					}
					s.all = !c.differs
					commit()
					reply(w, 500, errorXML(500, "the audit log is full"))
					return true
				}
				f := newFake(t, s.serve)
				id, err := f.client().CreateAccount(t.Context(), spec)
				var exists *AccountExistsError
				if !errors.As(err, &exists) {
					t.Fatalf("got %v, want an AccountExistsError", err)
				}
				equal(t, "the ID of the account that exists", exists.ID, accountID)
				wants(t, err, "already exists", "it was not listed before the request", "the audit log is full")
				equal(t, "the ID", id, "")
				f.expect("POST /security", map[bool]int{false: 1, true: 2}[c.lost])
			})
		})
	}
}

// The next refresh must not adopt an account either, so that the error has to say whether one may exist.
func TestCreateAccount_AfterAFailureIsOnlyUnprovenIfItWasA500AndTheCheckFails(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		checkFails bool
		unproven   bool
	}{
		"500, no account":      {500, false, false},
		"500, the check fails": {500, true, true},
		"400, the check fails": {400, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, failed := newStore(), false
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
					failed = true
					reply(w, c.status, errorXML(c.status, "the audit log is full"))
					return true
				}
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if failed && c.checkFails {
						reply(w, 200, "<html/>")
						return
					}
					s.serve(w, r)
				})
				id, err := f.client().CreateAccount(t.Context(), spec)
				wants(t, err, "the audit log is full")
				equal(t, "the ID", id, "")
				equal(t, "uncertain", IsUncertain(err), c.unproven)
				equal(t, "unproven", IsUnproven(err), c.unproven)
				f.expect("POST /security", 1)
			})
		})
	}
}

// The server answers with 201 and without a Location, and spells the domain differently.
func TestCreateAccount_FindsTheIDOfANewAccountInAnotherSpellingOfTheDomain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, spelled := range []string{`tech.local\William.Fox`, "william.fox@tech.local", "william.fox"} {
			s := newStore()
			s.accounts[otherRole] = accountDoc(otherRole, `OTHER\william.fox`, true) // was there before
			s.spelled = spelled
			id, err := newFake(t, s.serve).client().CreateAccount(t.Context(), spec)
			ok(t, err)
			equal(t, "the ID", id, accountID)
		}
	})
}

// Each of several new accounts may be the requested one.
func TestCreateAccount_AdoptsNoneOfSeveralNewAccountsInOtherSpellings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.spelled = `tech.local\william.fox`
		s.fault = func(_ int, _ http.ResponseWriter, _ *http.Request, _ func()) bool {
			s.accounts[otherRole] = accountDoc(otherRole, `OTHER\william.fox`, true)
			return false
		}
		id, err := newFake(t, s.serve).client().CreateAccount(t.Context(), spec)
		wants(t, err, "were not there before the request", accountID, otherRole)
		equal(t, "the ID", id, "")
	})
}

// The server spells the name so differently that the account cannot be found by its name.
func TestCreateAccount_ReportsNewAccountsIfItsOwnCannotBeFound(t *testing.T) {
	for name, c := range map[string]struct {
		name   string // in the server's spelling
		lost   bool
		all    bool // AllowRestoreAllVms on the server
		status int  // of the response; 0 means 201
		bare   bool // the list does not show the type
	}{
		"no Location, another name":      {"another fox", false, true, 0, false},
		"no Location, no type":           {"another fox", false, true, 0, true},
		"no Location, another setting":   {"william.fox@tech.local", false, false, 0, false},
		"lost responses, another domain": {"william.fox@tech.local", true, true, 0, false},
		"500, another domain":            {"william.fox@tech.local", false, true, 500, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStore()
				s.accounts[otherRole] = accountDoc(otherRole, `TECH\old`, true)
				s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
					s.spelled, s.all = c.name, c.all
					s.commit("")
					s.accounts[roleID] = accountEntityDoc(roleID, "Group", `TECH\new`, vmsAllowed)
					if c.bare {
						s.accounts[accountID] = referenceTo(accountID, c.name)
					}
					if c.lost {
						drop(w)
					} else {
						w.WriteHeader(cmp.Or(c.status, http.StatusCreated))
					}
					return true
				}
				id, err := newFake(t, s.serve).client().CreateAccount(t.Context(), spec)
				wants(t, err, "accounts that were not there before the request: "+c.name+" ("+accountID+").",
					"It was left unchanged")
				equal(t, "the ID", id, "")
				equal(t, "uncertain", IsUncertain(err), c.status == 0)
			})
		})
	}
}

func TestCreateAccount_ReportsARefusalInTheWordsOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{400, 403, 500} {
			s := newStore()
			s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool {
				reply(w, status, errorXML(status, "no such domain"))
				return true
			}
			f := newFake(t, s.serve)
			_, err := f.client().CreateAccount(t.Context(), spec)
			wants(t, err, "create User account TECH\\william.fox", "no such domain")
			f.expect("POST /security", 1)
		}
	})
}

func TestCreateAccount_DoesNotAdoptAnAccountThatDiffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, commit func()) bool {
			s.all = false
			commit()
			drop(w)
			return true
		}
		f := newFake(t, s.serve)
		id, err := f.client().CreateAccount(t.Context(), spec)
		wants(t, err, "already exists", "the restore of all VMs")
		omits(t, err, "One of them may be the requested one")
		equal(t, "the ID", id, "")
		f.expect("GET /security/accounts/", 0)
	})
}

func TestCreateAccount_WhenInterruptedReturnsTheIDOfTheCreatedAccountUnlessItDiffers(t *testing.T) {
	for differs, want := range map[bool]string{false: accountID, true: ""} {
		synctest.Test(t, func(t *testing.T) {
			s := newStore()
			ctx, cancel := context.WithCancel(t.Context())
			s.fault = func(_ int, _ http.ResponseWriter, r *http.Request, commit func()) bool {
				s.all = !differs
				commit()
				cancel()
				<-r.Context().Done() // the client has given up
				return false
			}
			id, err := newFake(t, s.serve).client().CreateAccount(ctx, spec)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
			equal(t, "the ID", id, want)
			equal(t, "uncertain", IsUncertain(err), true)
		})
	}
}

func TestCreateAccount_WhenInterruptedLooksForTheAccountForAtMost2Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		var hangs atomic.Bool
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if hangs.Load() || r.Method == http.MethodPost {
				hangs.Store(true)
				<-r.Context().Done()
				return
			}
			s.serve(w, r)
		})
		took := stopwatch(t)
		id, err := f.client().CreateAccount(within(t, 10*time.Second), spec)
		took(12*time.Second, 12*time.Second)
		wants(t, err, "deadline exceeded", "not known")
		equal(t, "the ID", id, "")
		f.expect("POST /security", 1)
	})
}

func TestCreateAccount_FailsAfter3POSTsWithoutAResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.fault = func(_ int, w http.ResponseWriter, _ *http.Request, _ func()) bool { drop(w); return true }
		f := newFake(t, s.serve)
		_, err := f.client().CreateAccount(t.Context(), spec)
		wants(t, err, "not known")
		omits(t, err, "not there before the request")
		f.expect("POST /security", 3)
	})
}

func TestAddAccountRole_SendsNothingIfTheAccountHasTheRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, s.serve)
		ok(t, f.client().AddAccountRole(t.Context(), accountID, Role{ID: roleID}.UID()))
		f.expect("POST /security", 0)
	})
}

var (
	between = regexp.MustCompile(`>\s+<`)
	// The examples declare these two prefixes and do not use them.
	unused = regexp.MustCompile(` xmlns:xs[di]="[^"]*"`)
	short  = regexp.MustCompile(`<([A-Za-z]+)\s*/>`)
)

// normal returns a document without the differences that do not matter to an XML parser.
func normal(xml string) string {
	xml = unused.ReplaceAllString(between.ReplaceAllString(strings.TrimSpace(xml), "><"), "")
	return short.ReplaceAllString(xml, "<$1></$1>")
}

// document returns a document with the declarations that the examples in the API reference have.
func document(root, content string) string {
	return `<?xml version="1.0" encoding="utf-8"?>
<` + root + ` xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` + content + `</` + root + `>`
}

func TestRequestBodies_AreThoseOfTheReference(t *testing.T) {
	role := "urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6"
	account := AccountSpec{Type: "User", Name: `VEEAM\User`, RoleUIDs: []string{role}, AllowRestoreAllVMs: true}
	whole := AccountSpec{
		Type: "User", Name: `TECH\william.fox`,
		RoleUIDs: []string{role, Role{ID: otherRole}.UID()},
		Scopes:   []ScopeItem{vm01},
		FLR:      &FLRSettings{InplaceOnly: true, ExtensionRestrictions: []string{"doc", "pptx"}},
		SQL:      &SQLSettings{DenyInplaceRestore: true},
	}
	scope := scopeCreateXML{Items: itemsOut([]ScopeItem{vm01})}
	for name, tc := range map[string]struct {
		body any
		want string
	}{
		"POST /security/accounts, Example": {account.body(), document("EnterpriseAccountCreateSpec", `
 <AccountType>User</AccountType>
 <AccountName>VEEAM\User</AccountName>
 <Roles>
   <EnterpriseRole>
     <EnterpriseRoleUid>urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6</EnterpriseRoleUid>
   </EnterpriseRole>
  </Roles>
 <AllowRestoreAllVms>true</AllowRestoreAllVms>
`)},
		"POST /security/accounts, with every setting and two roles": {whole.body(), document("EnterpriseAccountCreateSpec", `
 <AccountType>User</AccountType>
 <AccountName>TECH\william.fox</AccountName>
 <Roles>
   <EnterpriseRole>
     <EnterpriseRoleUid>urn:veeam:EnterpriseRole:f84a8b62-49b8-4d0c-b25b-92321b52bab6</EnterpriseRoleUid>
   </EnterpriseRole>
   <EnterpriseRole>
     <EnterpriseRoleUid>urn:veeam:EnterpriseRole:d19a3d33-cb77-4ffe-94e6-001432483a4e</EnterpriseRoleUid>
   </EnterpriseRole>
 </Roles>
 <AllowRestoreAllVms>false</AllowRestoreAllVms>
<HierarchyScopeObjects>
 <HierarchyScopeItem>
   <HierarchyObjRef>urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870</HierarchyObjRef>
   <ObjectName>VM01</ObjectName>
 </HierarchyScopeItem>
</HierarchyScopeObjects>
<FlrSettings>
   <FlrInplaceOnly>true</FlrInplaceOnly>
   <FlrExtentionRestrictions>doc,pptx</FlrExtentionRestrictions>
</FlrSettings>
<SqlSettings>
   <DenyInPlaceRestore>true</DenyInPlaceRestore>
</SqlSettings>
`)},
		"POST /security/accounts, without extensions: the XML schema requires the element": {
			AccountSpec{Type: "Group", Name: `TECH\ops`, RoleUIDs: []string{role}, FLR: &FLRSettings{InplaceOnly: true}}.body(),
			document("EnterpriseAccountCreateSpec", `
 <AccountType>Group</AccountType>
 <AccountName>TECH\ops</AccountName>
 <Roles><EnterpriseRole><EnterpriseRoleUid>`+role+`</EnterpriseRoleUid></EnterpriseRole></Roles>
 <AllowRestoreAllVms>false</AllowRestoreAllVms>
 <FlrSettings><FlrInplaceOnly>true</FlrInplaceOnly><FlrExtentionRestrictions/></FlrSettings>
`),
		},
		"POST /security/accounts/{ID}/scopes, Request Body": {scope, document("HierarchyScopeCreateSpec", `
 <HierarchyScopeItem>
   <HierarchyObjRef>urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870</HierarchyObjRef>
   <ObjectName>VM01</ObjectName>
 </HierarchyScopeItem>
`)},
		"POST /security/accounts/{ID}/roles": {
			accountRoleXML{UID: role},
			document("EnterpriseAccountInRoleCreateSpec", `<EnterpriseRoleUid>`+role+`</EnterpriseRoleUid>`),
		},
		"POST /security/accounts?action=rebuildScope": {
			rebuildXML{RebuildUnprocessed: &struct{}{}}, document("RebuildScopeJobSpec", `<RebuildUnprocessed/>`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := marshal(tc.body)
			ok(t, err)
			equal(t, "the body", normal(string(got)), normal(tc.want))
		})
	}
}

func TestRequests_SendAndAcceptXML(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		f := newFake(t, s.serve)
		_, err := f.client().CreateAccount(t.Context(), spec)
		ok(t, err)
		for _, r := range f.received("") {
			equal(t, r.String()+": Accept", r.header.Get("Accept"), "application/xml")
			want := ""
			if r.body != "" {
				want = "application/xml"
			}
			equal(t, r.String()+": Content-Type", r.header.Get("Content-Type"), want)
		}
	})
}

func TestRequests_NameTheVersionOfTheAPIAndTheClient(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"latest terraform-provider-veeam-emapi": func(*Config) {},
		"v1_7 test/1.0":                         func(c *Config) { c.APIVersion, c.UserAgent = "v1_7", "test/1.0" },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, listsNoAccounts)
			cfg := f.config()
			change(&cfg)
			_, err := f.clientOf(cfg).ListAccounts(t.Context())
			ok(t, err)
			version, agent, _ := strings.Cut(want, " ")
			f.expect("POST /sessionMngr/?v="+version, 1)
			for _, r := range f.received("") {
				equal(t, r.String()+": User-Agent", r.header.Get("User-Agent"), agent)
			}
		})
	}
}

func TestCreateAccount_RejectsCharactersThatXMLDoesNotAllow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, listsNoAccounts)
		for _, name := range []string{"a\x00b", "a\xffb", "a\x1bb"} {
			bad := spec
			bad.Name = name
			if _, err := f.client().CreateAccount(t.Context(), bad); err == nil {
				t.Errorf("CreateAccount accepts the name %q", name)
			}
		}
		f.expect("", 0)
	})
}
