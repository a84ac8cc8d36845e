// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var vm01 = named("VM01")

// named returns the item of a VM with this name.
func named(name string) ScopeItem {
	item, err := ParseScopeItem("urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870", name)
	if err != nil {
		panic(err)
	}
	return item
}

// addScopes lists the scopes of the account and adds scopes to it.
func addScopes(ctx context.Context, c *Client, items ...ScopeItem) (*PendingScopes, error) {
	before, err := c.ListScopes(ctx, accountID)
	if err != nil {
		return nil, err
	}
	return c.AddScopes(ctx, accountID, before, items)
}

// lister is a server that creates a scope for each item that it receives, and lists the scope after a delay.
type lister struct {
	mu     sync.Mutex
	delay  time.Duration
	serial int
	scopes []listedScope
	at     []time.Time // when each scope is listed
	root   string      // HierarchyRootName of the scopes
	hidden string      // name of scopes that are never listed
}

func (l *lister) serve(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Method == http.MethodPost {
		for _, item := range itemName.FindAllStringSubmatch(bodyOf(r), -1) {
			l.serial++
			id := fmt.Sprintf("00000000-0000-0000-0000-%012d", l.serial)
			l.scopes = append(l.scopes, listedScope{id, item[1], l.root, "VM", "Unprocessed"})
			l.at = append(l.at, time.Now().Add(l.delay))
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	var now []listedScope
	for i, s := range l.scopes {
		if !time.Now().Before(l.at[i]) && s.name != l.hidden {
			now = append(now, s)
		}
	}
	reply(w, 200, scopesDoc(now...))
}

var itemName = regexp.MustCompile(`<ObjectName>([^<]*)</ObjectName>`)

func bodyOf(r *http.Request) string {
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := r.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

func TestWait_ReturnsAnotherNewScopeForEachItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := listedScope{scopeID, "VM01", rootID, "Vm", "Processed"}
		l := &lister{delay: 30 * time.Second, root: rootID, scopes: []listedScope{old}, at: []time.Time{{}}}
		f := newFake(t, l.serve)
		c := f.client()
		p, err := addScopes(t.Context(), c, vm01, vm01)
		ok(t, err)
		took := stopwatch(t)
		scopes, err := p.Wait(within(t, time.Minute))
		ok(t, err)
		took(30*time.Second, 32*time.Second) // up to one pause later
		equal(t, "the first", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
		equal(t, "the second", scopes[1].ID, "00000000-0000-0000-0000-000000000002")
		again, err := p.Wait(t.Context())
		ok(t, err)
		equal(t, "the first scope of a second call", again[0], scopes[0])
		f.expect("GET /hierarchyRoots", 0)
	})
}

func TestWait_GoroutinesThatWaitForTheSameAccountShareRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{delay: 30 * time.Second, root: rootID}
		f := newFake(t, l.serve)
		c := f.client()
		pending := make([]*PendingScopes, 20)
		for i := range pending {
			p, err := addScopes(t.Context(), c, named(fmt.Sprint("VM", i)))
			ok(t, err)
			pending[i] = p
		}
		before := len(f.received("GET "))
		for _, err := range parallel(20, func(i int) error {
			_, err := pending[i].Wait(within(t, time.Minute))
			return err
		}) {
			ok(t, err)
		}
		// The first look of each goroutine, two looks while the pauses grow to 2 s, and then one per second. Without sharing,
		// each goroutine would send at least 15 requests.
		if polls := len(f.received("GET ")) - before; polls > 20+2+32 {
			t.Errorf("20 goroutines that waited for 30 s sent %d requests, want at most 54", polls)
		}
	})
}

func TestWait_FindsAScopeThatIsListedAfter4Minutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{delay: 4 * time.Minute, root: rootID}
		f := newFake(t, l.serve)
		p, err := addScopes(t.Context(), f.client(), vm01)
		ok(t, err)
		took := stopwatch(t)
		scopes, err := p.Wait(within(t, 5*time.Minute))
		ok(t, err)
		equal(t, "the scope", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
		took(4*time.Minute, 4*time.Minute+2*time.Second)
		// One look before the request, three looks with shorter pauses, and then at most one look per second.
		if looks := len(f.received("GET ")); looks < 120 || looks > 1+3+242 {
			t.Errorf("the client listed the scopes %d times in 4 minutes, want 120 to 246 times", looks)
		}
		f.expect("POST /sessionMngr/", 1)
	})
}

func TestWait_ACallIsNotDelayedByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: "vcdev51"} // a name of a root, which the client has to look up in the list of roots
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/hierarchyRoots") {
				time.Sleep(20 * time.Second)
				reply(w, 200, twoRoots)
				return
			}
			l.serve(w, r)
		})
		c := f.client()
		p, err := addScopes(t.Context(), c, vm01)
		ok(t, err)
		other, err := addScopes(t.Context(), c, named("VM02"))
		ok(t, err)
		took := stopwatch(t)
		done := make(chan error)
		go func() { _, err := p.Wait(within(t, time.Minute)); done <- err }()
		synctest.Wait()
		_, err = other.Wait(within(t, 5*time.Second))
		wants(t, err, "list the hierarchy roots", "deadline exceeded")
		took(5*time.Second, 5*time.Second)
		ok(t, <-done)
		took(20*time.Second, 20*time.Second)
	})
}

func TestWait_TheErrorNamesTheItemsThatAreNotListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID, hidden: "VM02"}
		f := newFake(t, l.serve)
		c := f.client()
		p, err := addScopes(t.Context(), c, vm01, named("VM02"))
		ok(t, err)
		took := stopwatch(t)
		scopes, err := p.Wait(within(t, time.Minute))
		took(time.Minute, time.Minute)
		wants(t, err, accountID, "the server accepted them", "does not list VM02", "it lists VM01", "deadline exceeded")
		equal(t, "the first", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
		equal(t, "the second", scopes[1], Scope{})
	})
}

func TestAwaitAccountScopes_ReturnsTheScopesOfTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		created := listedScope{scopeID, "VM01", strings.ToUpper(rootID), "VM", "Processed"}
		l := &lister{root: rootID, scopes: []listedScope{created}, at: []time.Time{{}}}
		c := newFake(t, l.serve).client()
		scopes, err := c.AwaitAccountScopes(accountID, []ScopeItem{vm01}).Wait(within(t, time.Second))
		ok(t, err)
		equal(t, "the scope", scopes[0].ID, scopeID)
		if _, err := c.AwaitAccountScopes("x", nil).Wait(t.Context()); err == nil {
			t.Error("Wait accepts an invalid account ID")
		}
	})
}

func TestAddScopes_SendsOnlyTheMissingItemsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID}
		n := 0
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				if n++; n == 1 {
					first := listedScope{"00000000-0000-0000-0000-000000000001", "VM01", rootID, "VM", "Processed"}
					l.scopes, l.at, l.serial = []listedScope{first}, []time.Time{{}}, 1
					drop(w)
					return
				}
			}
			l.serve(w, r)
		})
		p, err := addScopes(t.Context(), f.client(), vm01, vm01)
		ok(t, err)
		_, err = p.Wait(within(t, 5*time.Second))
		ok(t, err)
		equal(t, "the number of scopes", len(l.scopes), 2)
		posts := f.received("POST /security")
		equal(t, "the number of items sent again", strings.Count(posts[1].body, "<HierarchyScopeItem>"), 1)
	})
}

// The server lists each scope after 4 minutes, long after the client has stopped checking and sent the request again.
// The first scope that is listed is that of the first request.
func TestWait_FailsIfTheServerAcceptedTheLostRequestAndItsRetry(t *testing.T) {
	for name, took := range map[string]bool{"accepted": true, "not accepted": false} {
		t.Run("the lost request was "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lister{root: rootID, delay: 4 * time.Minute}
				n := 0
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method != http.MethodPost {
						l.serve(w, r)
						return
					}
					if n++; n > 1 || took {
						l.serve(w, r)
					}
					if n == 1 {
						drop(w)
					}
				})
				adding := stopwatch(t)
				p, err := addScopes(t.Context(), f.client(), vm01)
				ok(t, err)
				adding(10*time.Second, 12*time.Second)
				waiting := stopwatch(t)
				scopes, err := p.Wait(within(t, 20*time.Minute))
				equal(t, "the scope that is kept", scopes[0].ID, "00000000-0000-0000-0000-000000000001")
				if took {
					wants(t, err, "accepted both", "00000000-0000-0000-0000-000000000002")
					waiting(4*time.Minute, 4*time.Minute+2*time.Second)
					return
				}
				ok(t, err)
				// The scope is listed 4 minutes after the retry, which is up to 4 minutes and 12 s after the first request.
				waiting(4*time.Minute+10*time.Second, 4*time.Minute+16*time.Second)
			})
		})
	}
}

func TestWait_FailsIfTheScopeOfTheLostRequestIsListedAfterTheRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID}
		n := 0
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				if n++; n == 1 {
					drop(w)
					return
				}
				// The scope of the first request.
				l.scopes = append(l.scopes, listedScope{scopeID, "VM01", rootID, "VM", "Processed"})
				l.at = append(l.at, time.Time{})
			}
			l.serve(w, r)
		})
		p, err := addScopes(t.Context(), f.client(), vm01)
		ok(t, err)
		scopes, err := p.Wait(within(t, 5*time.Second))
		wants(t, err, "accepted both", "00000000-0000-0000-0000-000000000001")
		equal(t, "the scope that is kept", scopes[0].ID, scopeID)
	})
}

// The client cannot know which of the two scopes it added, because they differ only in their ID.
func TestWait_FailsIfAnotherProcessAddsAScopeOfTheSameNameConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID}
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				l.scopes = append(l.scopes, listedScope{scopeID, "VM01", rootID, "VM", "Processed"})
				l.at = append(l.at, time.Time{})
			}
			l.serve(w, r)
		})
		p, err := addScopes(t.Context(), f.client(), vm01)
		ok(t, err)
		scopes, err := p.Wait(within(t, 5*time.Second))
		wants(t, err, "add restore scopes to account "+accountID, "another process",
			scopeID, "00000000-0000-0000-0000-000000000001")
		equal(t, "the scope that is taken", scopes[0].ID, "")
	})
}

// A Location says which scope is the new one, even if a scope of another process is listed four minutes earlier.
func TestWait_ReturnsTheScopeInTheLocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lister{root: rootID, delay: 4 * time.Minute}
		const own = "00000000-0000-0000-0000-000000000001"
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				l.scopes = append(l.scopes, listedScope{scopeID, "VM01", rootID, "VM", "Processed"})
				l.at = append(l.at, time.Time{})
				w.Header().Set("Location", "https://em:9398/api/security/accounts/"+accountID+"/scopes/"+strings.ToUpper(own))
			}
			l.serve(w, r)
		})
		p, err := addScopes(t.Context(), f.client(), vm01)
		ok(t, err)
		equal(t, "the ID in the Location", p.Located(), own)
		_, err = p.Wait(within(t, time.Minute))
		wants(t, err, "does not list VM01")
		scopes, err := p.Wait(within(t, 5*time.Minute))
		ok(t, err)
		equal(t, "the scope", scopes[0].ID, own)
	})
}

func TestWaitScopeGone_WaitsWhileTheScopeIsBeingRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := time.Now().Add(50 * time.Second)
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			twin := listedScope{scopeID, "VM01", "another.root", "Vm", "Processed"}
			if !time.Now().Before(gone) {
				reply(w, 200, scopesDoc(twin))
				return
			}
			reply(w, 200, scopesDoc(twin, listedScope{scopeID, "VM01", strings.ToUpper(rootID), "VM", "Removing"}))
		})
		c := f.client()
		s := Scope{ID: scopeID, Name: "VM01", HierarchyRootName: rootID, HierarchyObjectType: "Vm"}
		took := stopwatch(t)
		err := c.WaitScopeGone(within(t, 20*time.Second), accountID, s)
		wants(t, err, "still lists VM01", scopeID)
		took(20*time.Second, 20*time.Second)
		ok(t, c.WaitScopeGone(within(t, time.Minute), accountID, s))
		took(50*time.Second, 52*time.Second) // up to one pause later
	})
}

func TestWaitScopeGone_SucceedsIfTheAccountDoesNotExist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, errorXML(404, "No such account")) })
		ok(t, f.client().WaitScopeGone(within(t, time.Second), accountID, Scope{ID: scopeID}))
		f = newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, "<html>nginx</html>") })
		if err := f.client().WaitScopeGone(within(t, time.Second), accountID, Scope{ID: scopeID}); err == nil {
			t.Error("WaitScopeGone accepts a page of a proxy")
		}
	})
}

const twoRoots = `<HierarchyRoots ` + ns + `>
<HierarchyRoot Type="HierarchyRoot" Name="vcdev51" UID="urn:veeam:HierarchyRoot:` + rootID + `">
  <HierarchyRootId>` + rootID + `</HierarchyRootId>
  <UniqueId>09D89361-9178-4EAF-8037-E4E82B1932F0</UniqueId><HostType>VC</HostType>
</HierarchyRoot>
<HierarchyRoot Type="HierarchyRoot" Name="vcprod.tech.local"
  UID="urn:veeam:HierarchyRoot:24a14898-77d0-4881-bbf8-c8ba71ce4d55">
  <UniqueId>F36CBAE2-F23D-46C7-865C-3E3CCC89B197</UniqueId><HostType>VC</HostType>
</HierarchyRoot>
</HierarchyRoots>`

func TestScopeMatches_AcceptsTheIDUniqueIDOrNameOfTheRoot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, twoRoots) })
		c := f.client()
		ref := vm01.HierarchyObjRef
		foreign := ref
		foreign.RootID = "541178f4-5335-46cb-b7bc-8fbb4a944307"
		base := Scope{ID: scopeID, Name: "VM01", Platform: "vmware", HierarchyObjectType: "VM"}
		for _, tc := range []struct {
			root string
			ref  ObjRef
			want bool
		}{
			{rootID, ref, true},
			{strings.ToUpper(rootID), ref, true},
			{"09d89361-9178-4eaf-8037-e4e82b1932f0", ref, true},
			{"VCDEV51", ref, true},
			{"vcprod.tech.local", ref, false},
			{"F36CBAE2-F23D-46C7-865C-3E3CCC89B197", ref, false},
			{"unheard.of", ref, false},
			{"", ref, false},
			{"vcdev51", foreign, false},
			{`\\enterprise05\share`, foreign, true},
			{"b0e6d5a7-1c3f-4f7e-8a35-93c2f0d84e26", foreign, false}, // the GUID of another root
			{"B0E6D5A7-1C3F-4F7E-8A35-93C2F0D84E26", foreign, false},
			{"", foreign, false},
		} {
			s := base
			s.HierarchyRootName = tc.root
			got, err := c.ScopeMatches(t.Context(), s, tc.ref, "VM01")
			ok(t, err)
			equal(t, fmt.Sprintf("root %q against %s", tc.root, tc.ref.RootID), got, tc.want)
		}
		for what, change := range map[string]func(*Scope){
			"name":     func(s *Scope) { s.Name = "vm01" },
			"type":     func(s *Scope) { s.HierarchyObjectType = "Host" },
			"platform": func(s *Scope) { s.Platform = "Hyperv" },
		} {
			s := base
			s.HierarchyRootName = rootID
			change(&s)
			got, err := c.ScopeMatches(t.Context(), s, ref, "VM01")
			ok(t, err)
			equal(t, "the result for another "+what, got, false)
		}
		f.expect("GET /hierarchyRoots", 1)
	})
}

func TestHierarchyRoot_IsNamedByItsIDUniqueIDOrName(t *testing.T) {
	root := HierarchyRoot{ID: rootID, UniqueID: "unique", Name: "vc01"}
	for listed, want := range map[string]bool{
		rootID: true, strings.ToUpper(rootID): true, "UNIQUE": true, "VC01": true, "vc01.tech.local": false, "": false,
	} {
		equal(t, fmt.Sprintf("Named(%q)", listed), root.Named(listed), want)
	}
	root.UniqueID = ""
	equal(t, `Named("") of a root without a unique ID`, root.Named(""), false)
}

func TestHierarchyRoots_ReadsEachReferenceOnceForAllGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			id, single := strings.CutPrefix(r.URL.Path, "/api/hierarchyRoots/")
			if single {
				reply(w, 200, `<HierarchyRoot `+ns+` Name="vcdev51" UID="urn:veeam:HierarchyRoot:`+id+`">
<HierarchyRootId>`+id+`</HierarchyRootId><UniqueId>U</UniqueId><HostType>VC</HostType>
</HierarchyRoot>`)
				return
			}
			reply(w, 200, `<EntityReferences `+ns+`>
<Ref Type="HierarchyRootReference" Name="a" UID="urn:veeam:HierarchyRoot:`+rootID+`"/>
<Ref Name="b" Href="https://h:9398/api/hierarchyRoots/`+scopeID+`"/>
</EntityReferences>`)
		})
		c := f.client()
		for _, err := range parallel(20, func(int) error {
			roots, err := c.HierarchyRoots(t.Context())
			if err == nil && (len(roots) != 2 || roots[1].ID != scopeID || roots[0].UniqueID != "U") {
				return errors.New(fmt.Sprint(roots))
			}
			return err
		}) {
			ok(t, err)
		}
		f.expect("GET ", 3)
	})
}

func TestHierarchyRoots_ReturnsTheErrorOfTheFailedReadAndNotOfTheCanceledOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var list strings.Builder
		for i := range 2 * parallelReads {
			fmt.Fprintf(&list, `<Ref UID="urn:veeam:HierarchyRoot:00000000-0000-0000-0000-%012d" Name="vc%d" />`, i, i)
		}
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/hierarchyRoots"):
				reply(w, 200, "<EntityReferences "+ns+">"+list.String()+"</EntityReferences>")
			case strings.HasSuffix(r.URL.Path, "000000000005"):
				time.Sleep(time.Second)
				reply(w, 403, errorXML(403, "no license"))
			default:
				<-r.Context().Done()
			}
		})
		took := stopwatch(t)
		_, err := f.client().HierarchyRoots(t.Context())
		wants(t, err, "HTTP 403", "no license")
		took(time.Second, time.Second)
		f.expect("GET /hierarchyRoots/", parallelReads)
	})
}

func TestFindAccount_ReadsAnAccountWhoseTypeIsNotListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/accounts") {
				reply(w, 200, `<EntityReferences `+ns+`>
<Ref Type="EnterpriseAccountReference" Name="TECH\Other" UID="urn:veeam:EnterpriseAccount:`+scopeID+`"/>
<Ref Type="EnterpriseAccountReference" Name="TECH\William.Fox" UID="urn:veeam:EnterpriseAccount:`+accountID+`"/>
</EntityReferences>`)
				return
			}
			reply(w, 200, accountDoc(accountID, `TECH\William.Fox`, true))
		})
		c := f.client()
		a, err := c.FindAccount(t.Context(), "User", `tech\william.fox`)
		ok(t, err)
		equal(t, "the ID", a.ID, accountID)
		f.expect("GET ", 2)
		if _, err := c.FindAccount(t.Context(), "Group", `tech\william.fox`); !IsNotFound(err) {
			t.Errorf("got %v, want an error for which IsNotFound is true", err)
		}
		list, err := c.ListAccounts(t.Context())
		ok(t, err)
		equal(t, "the type in a list of references", list[0].Type, "")
	})
}

func TestListRoles_KeepsTheFirstListButNoErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := true
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			if broken {
				w.WriteHeader(400)
				return
			}
			reply(w, 200, `<EntityReferences `+ns+`>
<Ref UID="urn:veeam:EnterpriseRole:`+roleID+`" Name="File Restore Operator" Type="EnterpriseRoleReference"/>
</EntityReferences>`)
		})
		c := f.client()
		_, err := c.ListRoles(t.Context())
		wants(t, err, "list the roles", "400")
		broken = false
		for range 3 {
			roles, err := c.ListRoles(t.Context())
			ok(t, err)
			equal(t, "the role", roles[0], Role{ID: roleID, Name: "File Restore Operator"})
			roles[0].Name = "changed by the caller"
		}
		f.expect("GET ", 2)
	})
}

func TestLookup_SendsTheParametersOfTheReference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, `<HierarchyItems `+ns+`>
<HierarchyItem Type="HierarchyItem">
  <ObjectRef>urn:VMware:Vm:fa099d3b-7376-49b1-884c-bb6fa47c7b1e.vm-340</ObjectRef>
  <ObjectType>Vm</ObjectType><ObjectName>DC</ObjectName>
</HierarchyItem>
</HierarchyItems>`)
		})
		c := f.client()
		items, err := c.Lookup(t.Context(), strings.ToUpper(rootID), "my VM & co", "Vm")
		ok(t, err)
		want := HierarchyItem{"urn:VMware:Vm:fa099d3b-7376-49b1-884c-bb6fa47c7b1e.vm-340", "Vm", "DC"}
		equal(t, "the item", items[0], want)
		_, err = c.LookupRef(t.Context(), vm01.HierarchyObjRef.String())
		ok(t, err)
		f.expect("GET /lookup?host=urn%3Aveeam%3AHierarchyRoot%3A"+rootID+"&name=my%20VM%20%26%20co&type=Vm", 1)
		f.expect("GET /lookup?hierarchyRef=urn%3AVMware%3AVm%3A"+rootID+".vm-7870", 1)
	})
}
