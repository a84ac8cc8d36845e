// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const created = `{"id":"` + roleID + `","organizationId":"` + orgID + `","name":"Helpdesk",
	"roleType":"EntireOrganization"}`

// roleServer is a server with at most one role. It answers each POST with the function of its number.
type roleServer struct {
	mu      sync.Mutex
	exists  time.Time // when the role is listed; zero means never
	answers []func(http.ResponseWriter)
	posts   int
}

func (s *roleServer) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	listed := !s.exists.IsZero() && !time.Now().Before(s.exists)
	n := s.posts
	if r.Method == http.MethodPost {
		s.posts++
	}
	s.mu.Unlock()
	switch {
	case r.Method == http.MethodPost:
		s.answers[n](w)
	case listed:
		reply(w, 200, "["+created+`,{"id":"x","name":"helpdesk"}]`)
	default:
		reply(w, 200, `[{"id":"x","name":"helpdesk"}]`)
	}
}

// then makes the role exist after a while and answers as f does.
func (s *roleServer) then(after time.Duration, f func(http.ResponseWriter)) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		s.mu.Lock()
		s.exists = time.Now().Add(after)
		s.mu.Unlock()
		f(w)
	}
}

func status(code int, body string, headers ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		reply(w, code, body)
	}
}

var helpdesk = RoleSpec{Name: "Helpdesk", RoleType: EntireOrganization, Operators: []Object{operator}}

func TestCreateRole_CreatesOneRoleWhateverTheServerAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		answers func(*roleServer) []func(http.ResponseWriter)
		posts   int
		found   bool
	}{
		"201": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(0, status(201, created))}
		}, 1, false},
		"lost, listed late": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(4*time.Second, drop)}
		}, 1, true},
		"lost, not created": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){drop, s.then(0, status(200, created))}
		}, 2, false},
		"500, created": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(0, status(500, ""))}
		}, 1, true},
		"503, then 201": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){status(503, ""), s.then(0, status(201, created))}
		}, 2, false},
		"503, created after the pause that it asks for": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(9*time.Second, status(503, "", "Retry-After", "10"))}
		}, 1, true},
		"504, created after a minute": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(time.Minute, status(504, ""))}
		}, 1, true},
		"200 without an ID": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(time.Second, status(200, ""))}
		}, 1, true},
		"200 without an ID in the role": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(time.Second, status(200, `{"name":"Helpdesk"}`))}
		}, 1, true},
		"200 with something else": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){s.then(time.Second, status(200, `{}`))}
		}, 1, true},
		"200 without the organization": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){
				status(200, `{"id":"`+roleID+`","name":"Helpdesk","roleType":"EntireOrganization"}`),
			}
		}, 1, false},
		"lost, then refused because the role exists": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){drop, s.then(3*time.Second, status(400, `{"message":"exists"}`))}
		}, 2, true},
		"429": {func(s *roleServer) []func(http.ResponseWriter) {
			return []func(http.ResponseWriter){status(429, "", "Retry-After", "2"), s.then(0, status(201, created))}
		}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &roleServer{}
				s.answers = tc.answers(s)
				f := newFake(t, s.answer)
				created, err := f.client().CreateRole(t.Context(), orgID, helpdesk)
				ok(t, err)
				want := Role{ID: roleID, OrganizationID: orgID, Name: "Helpdesk", RoleType: EntireOrganization}
				equal(t, "the role", created.Role, want)
				equal(t, "whether it was found", created.Found, tc.found)
				equal(t, "the number of twins", len(created.Twins), 0)
				f.expect("POST /Organizations/"+orgID+"/RbacRoles", tc.posts)
			})
		})
	}
}

func TestCreateRole_SendsNothingIfTheNameIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &roleServer{exists: time.Now()}
		f := newFake(t, s.answer)
		_, err := f.client().CreateRole(t.Context(), orgID, helpdesk)
		var exists *RoleExistsError
		if !errors.As(err, &exists) || len(exists.Roles) != 1 || exists.Roles[0].ID != roleID {
			t.Fatalf("got %v, want a RoleExistsError", err)
		}
		equal(t, "the text", err.Error(), "the organization "+orgID+
			` already has a restore operator role with the name "Helpdesk": its ID is `+roleID)
		f.expect("POST /Organizations", 0)
	})
}

func TestCreateRole_CreatesRolesOfOneNameOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &roleServer{}
		s.answers = []func(http.ResponseWriter){s.then(0, status(201, created)), s.then(0, status(201, created))}
		f := newFake(t, s.answer)
		c := f.client()
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i := range errs {
			both.Go(func() { _, errs[i] = c.CreateRole(t.Context(), orgID, helpdesk) })
		}
		both.Wait()
		var exists *RoleExistsError
		if !errors.As(errors.Join(errs...), &exists) || errs[0] != nil && errs[1] != nil {
			t.Errorf("got %v, want one success and one RoleExistsError", errs)
		}
		f.expect("POST /Organizations", 1)
	})
}

func TestCreateRole_SaysWhetherTheOutcomeIsKnown(t *testing.T) {
	for name, tc := range map[string]struct {
		answer    func(http.ResponseWriter)
		posts     int
		uncertain bool
	}{
		"refused":        {status(400, `{"message":"no"}`), 1, false},
		"too busy":       {status(429, ""), 3, false},
		"always lost":    {drop, 3, true},
		"lost, then 400": {lostThen(status(400, `{"message":"no"}`)), 2, true},
		"always failing": {status(500, ""), 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &roleServer{answers: []func(http.ResponseWriter){tc.answer, tc.answer, tc.answer}}
				f := newFake(t, s.answer)
				_, err := f.client().CreateRole(t.Context(), orgID, helpdesk)
				wants(t, err, "create restore operator role Helpdesk")
				equal(t, "IsUncertain", IsUncertain(err), tc.uncertain)
				f.expect("POST /Organizations", tc.posts)
			})
		})
	}
}

// lostThen answers the first request by closing the connection, and the others with f.
func lostThen(f func(http.ResponseWriter)) func(http.ResponseWriter) {
	lost := false
	return func(w http.ResponseWriter) {
		if !lost {
			lost = true
			drop(w)
			return
		}
		f(w)
	}
}

func TestCreateRole_IsUncertainIfItCannotLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lists := 0
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost:
				drop(w)
			case lists > 0:
				reply(w, 500, `{"message":"broken"}`)
			default:
				lists++
				reply(w, 200, `[]`)
			}
		})
		_, err := f.client().CreateRole(t.Context(), orgID, helpdesk)
		wants(t, err, "looking for the role failed", "broken")
		equal(t, "IsUncertain", IsUncertain(err), true)
		f.expect("POST /Organizations", 1)
	})
}

func TestCreateRole_ReturnsTheRoleEvenIfItIsInterrupted(t *testing.T) {
	for name, slow := range map[string]time.Duration{"answered": time.Second, "found": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				s := &roleServer{}
				s.answers = []func(http.ResponseWriter){s.then(0, func(w http.ResponseWriter) {
					cancel()
					time.Sleep(slow)
					reply(w, 201, created)
				})}
				created, err := newFake(t, s.answer).client().CreateRole(ctx, orgID, helpdesk)
				ok(t, err)
				equal(t, "the ID", created.Role.ID, roleID)
				equal(t, "whether it was found", created.Found, name == "found")
			})
		})
	}
}

func TestCreateRole_ReportsTwinsOfTheRole(t *testing.T) {
	for name, found := range map[string]bool{"sent again": false, "found": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				twins := `[{"id":"` + roleID + `","name":"Helpdesk"},{"id":"` + otherID + `","name":"Helpdesk"}]`
				posts := 0
				f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method == http.MethodPost && posts == 0:
						posts++
						drop(w)
					case r.Method == http.MethodPost:
						posts++
						reply(w, 201, created)
					case posts == 2 || posts == 1 && found:
						reply(w, 200, twins)
					default:
						reply(w, 200, "[]")
					}
				})
				created, err := f.client().CreateRole(t.Context(), orgID, helpdesk)
				ok(t, err)
				equal(t, "the ID", created.Role.ID, roleID)
				equal(t, "whether it was found", created.Found, found)
				if len(created.Twins) != 1 || created.Twins[0].ID != otherID {
					t.Errorf("the twins are %v, want the role %s", created.Twins, otherID)
				}
			})
		})
	}
}
