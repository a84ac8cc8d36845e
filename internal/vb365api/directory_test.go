// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	alice = `{"id":"U1","displayName":"Alice","name":"alice@abc.com","type":"Shared",
		"locationType":"Cloud","onPremisesSid":null}`
	alan  = `{"id":"u2","displayName":"Alan","name":"not-alice@abc.com","type":"User","locationType":"Hybrid","eTag":1}`
	board = `{"id":"s1","url":"https://abc/sites/board/","title":"Board","parentUrl":"https://abc","isCloud":true,
		"isPersonal":false,"name":"n"}`
	sales = `{"id":"t1","displayName":"Sales","mail":"sales@abc.com"}`
)

func pageOf(results ...string) string {
	return `{"offset":0,"limit":1000,"setId":"5","results":[` + strings.Join(results, ",") + `]}`
}

// collectionPath returns the path of a collection of the organization.
func collectionPath(name string) string { return "/Organizations/" + orgID + "/" + name }

func ids(objects []Object) string {
	var all []string
	for _, o := range objects {
		all = append(all, o.ID)
	}
	return strings.Join(all, " ")
}

func TestFindObjects_UsesTheFilterOfTheServerAndMatchesExactly(t *testing.T) {
	const pages = "limit=1000&offset=0"
	for name, tc := range map[string]struct {
		version string
		kind    ObjectType
		by      Property
		value   string
		results string
		query   string
		want    string
	}{
		"user by name": {
			V8, User, ByName, "ALICE@abc.com",
			alice + "," + alan, "Users?" + pages + "&userName=ALICE%40abc.com", "U1",
		},
		"user by display name": {
			V6, User, ByDisplayName, "a*",
			alice + "," + alan, "Users?displayName=a%2A&" + pages, "",
		},
		"two users": {
			V8, User, ByDisplayName, "alice",
			alice + "," + strings.ReplaceAll(alice, "U1", "U3"), "Users?displayName=alice&" + pages, "U1 U3",
		},
		"group by name": {
			V7, Group, ByName, "g@x",
			`{"id":"g","name":"G@x"}`, "Groups?groupName=g%40x&" + pages, "g",
		},
		"group by display name": {
			V7, Group, ByDisplayName, "G x",
			`{"id":"g","name":null,"displayName":"g X"}`, "Groups?displayName=G%20x&" + pages, "g",
		},
		"site by URL": {
			V8, Site, ByName, "https://ABC/sites/Board",
			board, "Sites?filter=Board&includePersonalSites=true&" + pages, "s1",
		},
		"site by URL, v6": {
			V6, Site, ByName, "https://abc/sites/board/",
			board, "Sites?includePersonalSites=true&" + pages, "s1",
		},
		"site by title": {
			V7, Site, ByDisplayName, "board",
			board, "Sites?filter=board&includePersonalSites=true&" + pages, "s1",
		},
		"team by mail": {
			V8, Team, ByName, "Sales@abc.com",
			sales, "Teams?" + pages, "t1",
		},
		"team by display name": {
			V6, Team, ByDisplayName, "sales",
			sales, "Teams?displayName=sales&" + pages, "t1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, pageOf(tc.results)) })
				f.version = tc.version
				c := f.client()
				for range 2 {
					found, err := c.FindObjects(t.Context(), strings.ToUpper(orgID), tc.kind, tc.by, tc.value)
					ok(t, err)
					equal(t, "the list of found objects", ids(found), tc.want)
				}
				f.expect("GET", 1)
				f.expect("GET /Organizations/"+strings.ToUpper(orgID)+"/"+tc.query, 1)
			})
		})
	}
}

func TestObjects_AreReadWithAllTheirProperties(t *testing.T) {
	for name, tc := range map[string]struct {
		kind ObjectType
		path string
		doc  string
		want Object
	}{
		"user": {User, "Users", alice, Object{
			Type: User, ID: "U1", Name: "alice@abc.com", DisplayName: "Alice", Kind: "Shared", LocationType: "Cloud",
		}},
		"group": {
			Group, "Groups",
			`{"id":"g","name":"n","displayName":"d","type":"Security","locationType":"Hybrid","onPremisesSid":"S"}`,
			Object{
				Type: Group, ID: "g", Name: "n", DisplayName: "d", Kind: "Security", LocationType: "Hybrid", OnPremisesSID: "S",
			},
		},
		"site": {Site, "Sites", board, Object{
			Type: Site, ID: "s1", Name: "https://abc/sites/board/", DisplayName: "Board", ParentURL: "https://abc",
			IsCloud: &yes, IsPersonal: &no,
		}},
		"team": {Team, "Teams", sales, Object{Type: Team, ID: "t1", Name: "sales@abc.com", DisplayName: "Sales"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, tc.doc) })
				c := f.client()
				for _, id := range []string{tc.want.ID, strings.ToUpper(tc.want.ID), strings.ToLower(tc.want.ID)} {
					got, err := c.GetObject(t.Context(), orgID, tc.kind, id)
					ok(t, err)
					if !reflect.DeepEqual(got, tc.want) {
						t.Errorf("the object is %+v, want %+v", got, tc.want)
					}
				}
				f.expect("GET", 1)
				f.expect("GET "+collectionPath(tc.path)+"/"+tc.want.ID, 1)
			})
		})
	}
}

func TestObjects_AreNotReadTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/Users") && r.URL.Query().Get("userName") == "alice@abc.com":
				reply(w, 200, pageOf(alice))
			case strings.HasSuffix(r.URL.Path, "/Users"):
				reply(w, 200, pageOf(alice, alan))
			default:
				reply(w, 404, `{"message":"gone"}`)
			}
		})
		c := f.client()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := c.FindObjects(t.Context(), orgID, User, ByName, "alice@abc.com"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		_, err := c.GetObject(t.Context(), orgID, User, "u1")
		ok(t, err)
		f.expect("GET", 1)
		for range 2 {
			_, err = c.GetObject(t.Context(), orgID, User, "u9")
			wants(t, err, "read user u9: HTTP 404 Not Found: gone")
			equal(t, "IsNotFound", IsNotFound(err), true)
		}
		f.expect("GET", 2)
		listed, err := c.ListObjects(t.Context(), orgID, User)
		ok(t, err)
		equal(t, "the list of users", ids(listed), "U1 u2")
		f.expect("GET", 3)
		found, err := c.FindObjects(t.Context(), orgID, User, ByDisplayName, "alan")
		ok(t, err)
		equal(t, "the list of found users", ids(found), "u2")
		f.expect("GET", 3)
	})
}

func TestFindObjects_ReadsAllSitesIfTheKeywordFindsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("filter") {
				reply(w, 200, pageOf())
				return
			}
			reply(w, 200, pageOf(board))
		})
		found, err := f.client().FindObjects(t.Context(), orgID, Site, ByName, "https://abc/sites/board")
		ok(t, err)
		equal(t, "the list of found sites", ids(found), "s1")
		f.expect("GET", 2)
	})
}

func TestFindObjects_OfAnEmptyNameSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		found, err := f.client().FindObjects(t.Context(), orgID, Group, ByName, "")
		ok(t, err)
		equal(t, "the number of groups", len(found), 0)
		f.expect("", 0)
	})
}

// setID returns the ID that pagesServer shows on a page.
func setID(offset int) string { return fmt.Sprintf("00000000-0000-0000-0000-%012d", offset) }

// pagesServer serves n users in pages of the given sizes.
func pagesServer(n int, size, limit int, next bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var offset int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset)
		var users []string
		for i := offset; i < min(offset+size, n); i++ {
			users = append(users, fmt.Sprintf(`{"id":"u%d"}`, i))
		}
		links := ""
		if next && offset+size < n {
			links = `,"next":{"href":"/v8/x"}`
		}
		reply(w, 200, fmt.Sprintf(`{"offset":%d,"limit":%d,"setId":%q,"results":[%s],"_links":{"self":{}%s}}`,
			offset, limit, setID(offset), strings.Join(users, ","), links))
	}
}

func TestListObjects_ReadsAllPages(t *testing.T) {
	for name, tc := range map[string]struct {
		n, size, limit int
		next           bool
		requests       int
	}{
		"one page":                        {3, 10, 1000, false, 1},
		"none":                            {0, 10, 1000, false, 1},
		"lower limit, no links":           {25, 10, 10, false, 3},
		"exactly two pages":               {20, 10, 10, false, 3},
		"short pages with links":          {25, 10, 1000, true, 3},
		"a limit that the server omitted": {25, 10, 0, false, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, pagesServer(tc.n, tc.size, tc.limit, tc.next))
				users, err := f.client().ListObjects(t.Context(), orgID, User)
				ok(t, err)
				equal(t, "the number of users", len(users), tc.n)
				f.expect("GET", tc.requests)
				f.expect("GET "+collectionPath("Users")+"?limit=1000&offset=0", 1)
				if tc.requests > 2 {
					f.expect("GET "+collectionPath("Users")+"?limit=1000&offset=20&setId="+setID(10), 1)
				}
			})
		})
	}
}

func TestListObjects_OmitsWhatIsNoObjectAndWhatIsListedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, pageOf(alice, `null`, `7`, `{"name":"x"}`, strings.ReplaceAll(alice, "U1", "u1"), alan))
		})
		users, err := f.client().ListObjects(t.Context(), orgID, User)
		ok(t, err)
		equal(t, "the list of users", ids(users), "U1 u2")
	})
}

func TestListObjects_FailsIfTheResponseIsNoPage(t *testing.T) {
	for name, tc := range map[string]struct{ body, says string }{
		"error":    {`{"message":"m"}`, "it has no results"},
		"no list":  {`{"results":null}`, "it has no results"},
		"page":     {"<html/>", "not a JSON object"},
		"the same": {`{"results":[{"id":"u"}]}`, "returns the same page of the list again"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, tc.body) })
				_, err := f.client().ListObjects(t.Context(), orgID, User)
				wants(t, err, "list the users of organization "+orgID, tc.says)
			})
		})
	}
}

func TestGetObject_FailsIfTheResponseIsNotTheObject(t *testing.T) {
	for body, says := range map[string]string{
		"{}":   "not an object of the expected type",
		"[]":   "not a JSON object",
		alan:   "another object than the one",
		"{\"x": "not valid",
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
			_, err := f.client().GetObject(t.Context(), orgID, User, "u1")
			wants(t, err, "read user u1: HTTP 200", says)
		})
	}
}

func TestObjects_ACallerStopsWaitingWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
			<-release
			reply(w, 200, alice)
		})
		c := f.client()
		first := make(chan error)
		go func() {
			_, err := c.GetObject(t.Context(), orgID, User, "u1")
			first <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.GetObject(ctx, orgID, User, "u1")
		wants(t, err, "read user u1: context deadline exceeded")
		close(release)
		ok(t, <-first)
		f.expect("GET", 1)
	})
}

func TestObjects_OfAnUnknownTypeAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, empty)
		c := f.client()
		_, err := c.GetObject(t.Context(), orgID, "Mailbox", "x")
		wants(t, err, "there are no objects of this type")
		_, err = c.FindObjects(t.Context(), orgID, "Mailbox", ByName, "x")
		wants(t, err, "there are no objects of this type")
		_, err = c.ListObjects(t.Context(), orgID, "Mailbox")
		wants(t, err, "there are no objects of this type")
		f.expect("", 0)
	})
}

func TestProperty_MatchesWithoutRegardToCaseAndWithoutWildcards(t *testing.T) {
	site := Object{Type: Site, Name: "https://abc/sites/Board", DisplayName: "Board/"}
	for _, c := range []struct {
		by    Property
		value string
		want  bool
	}{
		{ByName, "HTTPS://abc/sites/board/", true},
		{ByName, "https://abc/sites/*", false},
		{ByName, "Board/", false},
		{ByDisplayName, "board/", true},
		{ByDisplayName, "Board", false},
		{ByDisplayName, "Boar?/", false},
	} {
		if got := c.by.Matches(site, c.value); got != c.want {
			t.Errorf("%s %q: %t, want %t", c.by, c.value, got, c.want)
		}
	}
}
