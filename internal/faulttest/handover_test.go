// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
)

// A restore scope that moves from one owner to another in one apply is there at the end, whatever the order.

// handover is a change of the owners of one object. The letters of before and after are the owners: A is restore_scope,
// S and T are scope resources, E is the exclusive list.
type handover struct{ before, after string }

var handovers = []handover{
	// From one owner to another.
	{"A", "S"},
	{"S", "A"},
	{"A", "E"},
	{"E", "A"},
	{"S", "E"},
	{"E", "S"},
	{"S", "T"},
	// One of two owners goes; the other one is unchanged.
	{"AS", "S"},
	{"AS", "A"},
	{"AE", "E"},
	{"AE", "A"},
	{"SE", "E"},
	{"SE", "S"},
	{"ST", "T"},
	// One of three goes, or two of three.
	{"ASE", "SE"},
	{"ASE", "AE"},
	{"ASE", "S"},
	{"ASE", "E"},
	{"AST", "T"},
	// The new owner comes in by an import in the same plan.
	{"A", "iS"},
	{"S", "iT"},
	{"SE", "iTE"},
	{"A", "iE"},
	{"S", "iE"},
}

// ownedBy returns the configuration in which the owners have the object. The account always has a scope for web01 too.
func ownedBy(which string, o object, accountID any) []tfrun.Block {
	fox := account{all: true, scope: []object{web01}}
	if strings.Contains(which, "A") {
		fox.scope = append(fox.scope, o)
	}
	config := blocks(fox.block())
	add := func(b tfrun.Block) {
		b.Attributes["account_id"] = accountID
		config = append(config, b)
	}
	if strings.Contains(which, "S") {
		add(scope("s", "fox", o))
	}
	if strings.Contains(which, "T") {
		add(scope("t", "fox", o))
	}
	if strings.Contains(which, "E") {
		add(exclusive("fox", web01, o))
	}
	return config
}

const foxNode, sNode, tNode, eNode = accountType + ".fox", scopeType + ".s", scopeType + ".t", exclusiveType + ".fox"

// orders returns orders of the nodes of a plan and of an apply. A resource is deleted before it is created. With the
// race detector, it returns only the one in which Terraform works on all of them at the same time.
func orders() [][]string {
	if faultkit.RaceDetector {
		return [][]string{nil}
	}
	const delS, delT, delE = "delete " + sNode, "delete " + tNode, "delete " + eNode
	return [][]string{
		{foxNode, delS, sNode, delT, tNode, delE, eNode},
		{delE, eNode, delT, tNode, delS, sNode, foxNode},
		{delS, sNode, foxNode, delT, tNode, delE, eNode},
		{delT, tNode, delE, eNode, delS, sNode, foxNode},
		{delE, eNode, foxNode, delT, tNode, delS, sNode},
		nil, // at the same time
	}
}

func TestHandover_TheScopeIsThereAtTheEnd(t *testing.T) {
	for _, h := range handovers {
		objects := map[string]object{"unique name": vm01, "ambiguous name": dupA}
		if len(h.before) > 1 && strings.Contains(h.before, "E") {
			delete(objects, "ambiguous name") // the list cannot import the scope of the other owner
		}
		for name, o := range objects {
			for i, order := range orders() {
				if isReduced() && order != nil || name == "ambiguous name" && i > 1 && order != nil {
					continue
				}
				inBubble(t, fmt.Sprintf("%s to %s, %s, order %d", h.before, h.after, name, i), func(t *testing.T) {
					h.run(t, emsim.Options{ScopeLocation: i%2 == 0}, o, order)
				})
			}
		}
	}
}

// startFox starts a server and applies the account alone. It returns the workspace and the ID of the account.
func startFox(t *testing.T, options emsim.Options) (em *acctest.EM, w *tfrun.Workspace, id any) {
	t.Helper()
	em = acctest.StartEMWithoutTLS(t, options)
	w = em.NewWorkspace()
	mustApply(t, w, ownedBy("", object{}, nil))
	return em, w, w.Attributes(foxNode)["id"]
}

func (h handover) run(t *testing.T, options emsim.Options, o object, order []string) {
	em, w, id := startFox(t, options)
	h.prepare(t, em, w, o, id)
	w.PlanOrder, w.ApplyOrder = order, order
	config := ownedBy(h.after, o, id)
	if strings.Contains(h.after, "i") {
		withImports(em, w, config, o)
	}
	out := w.Apply(config...)
	checkHandedOver(t, em, w, config, o, out)
	w.PlanOrder, w.ApplyOrder = nil, nil
	mustApply(t, w, nil)
}

// prepare makes the owners of before have the object. All of several owners have the same scope: the first adds it, and
// the others import it.
func (h handover) prepare(t *testing.T, em *acctest.EM, w *tfrun.Workspace, o object, id any) {
	t.Helper()
	first := h.before[:1]
	mustApply(t, w, ownedBy(first, o, id))
	rest := ownedBy(h.before, o, id)
	importMissing(t, em, w, rest, o)
	mustApply(t, w, rest)
}

// importMissing imports the resources of the configuration that are not in the state.
func importMissing(t *testing.T, em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block, o object) {
	t.Helper()
	config = slices.Clone(config)
	withImports(em, w, config, o)
	for _, b := range config {
		if b.ImportID == "" {
			continue
		}
		if out := w.Import(b, b.ImportID, nil); len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
	}
}

// withImports adds an import block for each resource of the configuration that is not in the state.
func withImports(em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block, o object) {
	for i, b := range config {
		if w.Attributes(b.Address()) != nil {
			continue
		}
		config[i].ImportID = text(b.Attributes["account_id"])
		if b.Type == scopeType {
			config[i].ImportID += "/" + scopeIDs(em, o)[0]
		}
	}
}

// scopeIDs returns the IDs of fox's scopes of an object.
func scopeIDs(em *acctest.EM, o object) []string {
	var ids []string
	for _, a := range em.Snapshot() {
		if a.Name != `TECH\william.fox` {
			continue
		}
		for _, s := range a.Scopes {
			if s.Ref == o.ref {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

func checkHandedOver(
	t *testing.T, em *acctest.EM, w *tfrun.Workspace, config []tfrun.Block, o object, out tfrun.Outcome,
) {
	t.Helper()
	if len(out.Errors) > 0 {
		t.Errorf("errors: %s", strings.Join(out.Errors, "\n"))
	}
	if n := len(scopeIDs(em, o)); n != 1 {
		t.Errorf("%d scopes of the object, want 1 (planned: %s)", n, out.Changes)
	}
	if n := len(scopeIDs(em, web01)); n != 1 {
		t.Errorf("%d scopes of another object, want 1", n)
	}
	if again := w.Plan(config...); len(again.Changes)+len(again.Errors) > 0 {
		t.Errorf("the second plan: %s %s", again.Changes, again.Errors)
	}
}

// The import of an account reads all its scopes, and the configuration gives one of them to another owner.
func TestHandover_AnImportedAccountLeavesAScopeToItsOwner(t *testing.T) {
	for _, after := range []string{"S", "iS", "sS", "E", "iE", "sE"} {
		for i, order := range orders() {
			inBubble(t, fmt.Sprintf("%s, order %d", after, i), func(t *testing.T) {
				em := acctest.StartEMWithoutTLS(t, emsim.Options{})
				w := em.NewWorkspace()
				mustApply(t, w, ownedBy("A", vm01, nil))
				id := w.Attributes(foxNode)["id"]

				w = em.NewWorkspace()
				config := ownedBy(after, vm01, id)
				if strings.Contains(after, "s") { // the owner is in the state already
					mustApply(t, w, config[1:])
				}
				w.PlanOrder, w.ApplyOrder = order, order
				if strings.Contains(after, "i") {
					withImports(em, w, config, vm01)
				}
				config[0].ImportID = text(id)
				checkHandedOver(t, em, w, config, vm01, w.Apply(config...))
			})
		}
	}
}

// A second owner of an object is an error that names the object, whichever is planned or applied first.
func TestHandover_ASecondOwnerIsAnError(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"two new resources":                {"", "ST"},
		"a new one beside restore_scope":   {"A", "AS"},
		"a new one beside another":         {"S", "ST"},
		"a new item beside a resource":     {"S", "AS"},
		"a new item and a new resource":    {"", "AS"},
		"a new one beside three that have": {"ASE", "ASTE"},
	} {
		for i, order := range orders() {
			inBubble(t, fmt.Sprintf("%s, order %d", name, i), func(t *testing.T) {
				em, w, id := startFox(t, emsim.Options{})
				if c.before != "" {
					handover{before: c.before}.prepare(t, em, w, vm01, id)
				}
				em.ResetJournal()
				w.PlanOrder, w.ApplyOrder = order, order
				out := w.Apply(ownedBy(c.after, vm01, id)...)
				if said := strings.Join(out.Errors, "\n"); !strings.Contains(said, vm01.name+" ("+vm01.ref+")") {
					t.Errorf("the error does not name the object: %s", said)
				}
				if sent := em.Writes(); len(sent) > 0 {
					t.Errorf("sent %q", sent)
				}
			})
		}
	}
}

// If the ID of the account is not known when the resources are planned, the apply finds the second owner.
func TestHandover_ASecondOwnerOfANewAccountIsAnError(t *testing.T) {
	for name, which := range map[string]string{
		"two resources": "ST", "restore_scope and a resource": "AS",
	} {
		inBubble(t, name, func(t *testing.T) {
			em := acctest.StartEMWithoutTLS(t, emsim.Options{})
			w := em.NewWorkspace()
			config := ownedBy(which, vm01, idOf("fox"))
			out := w.Apply(config...)
			if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], vm01.name+" ("+vm01.ref+")") {
				t.Errorf("errors %q, want one that names the object", out.Errors)
			}
			if n := len(scopeIDs(em, vm01)); n != 1 {
				t.Errorf("%d scopes of the object, want 1", n)
			}
			one := ownedBy(which[:1], vm01, idOf("fox")) // without the one that failed, or with the other label
			if which == "ST" && w.Attributes(sNode) == nil {
				one = ownedBy("T", vm01, idOf("fox"))
			}
			if again := w.Plan(one...); len(again.Changes)+len(again.Errors) > 0 {
				t.Errorf("without the second owner, the plan is %s %s", again.Changes, again.Errors)
			}
		})
	}
}

// The exclusive list must contain the objects of all other owners.
func TestHandover_AListThatLacksAnObjectOfAnotherOwnerIsAnError(t *testing.T) {
	for name, which := range map[string]string{"restore_scope": "A", "a resource": "S"} {
		for i, order := range orders() {
			inBubble(t, fmt.Sprintf("%s, order %d", name, i), func(t *testing.T) {
				em, w, id := startFox(t, emsim.Options{})
				lacking := exclusive("fox", web01)
				lacking.Attributes["account_id"] = id
				mustApply(t, w, ownedBy(which, vm01, id))
				em.ResetJournal()
				w.PlanOrder, w.ApplyOrder = order, order
				out := w.Apply(append(ownedBy(which, vm01, id), lacking)...)
				if said := strings.Join(out.Errors, "\n"); !strings.Contains(said, vm01.name+" ("+vm01.ref+")") {
					t.Errorf("the error does not name the object: %s", said)
				}
				if sent := em.Writes(); len(sent) > 0 {
					t.Errorf("sent %q", sent)
				}
			})
		}
	}
}

// The other owner is planned before the read of the account ends.
func TestHandover_AnOwnerCanBePlannedWhileTheAccountIsRead(t *testing.T) {
	for _, which := range []handover{{"AS", "S"}, {"AS", "A"}, {"AE", "E"}} {
		for _, latency := range []time.Duration{0, time.Second} {
			inBubble(t, fmt.Sprintf("%s to %s, %s", which.before, which.after, latency), func(t *testing.T) {
				em, w, id := startFox(t, emsim.Options{})
				which.prepare(t, em, w, vm01, id)
				// The entity of the account comes after everything else.
				em.Inject(emsim.Fault{
					Kind: emsim.FaultDelayAfterCommit, Delay: 3*time.Second + latency, Times: 1,
					Method: http.MethodGet, PathPattern: onePath,
				})
				config := ownedBy(which.after, vm01, id)
				out := w.Apply(config...)
				checkHandedOver(t, em, w, config, vm01, out)
			})
		}
	}
}

// Without a refresh, the account cannot tell its update in the apply that another resource has the scope.
func TestHandover_WithoutARefreshThePlanIsRefusedIfTheAccountIsPlannedLast(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{})
		earlier := em.Protocol()
		before, after := ownedBy("A", vm01, nil)[0].Attributes, ownedBy("", vm01, nil)[0].Attributes
		planned, _ := earlier.Plan(accountType, tfrun.Stored{}, before)
		fox, failed := earlier.ApplyPlanned(accountType, tfrun.Stored{}, planned, before)
		if len(failed) > 0 {
			t.Fatal(tfrun.Texts(failed))
		}
		config := ownedBy("S", vm01, fox.State["id"])[1].Attributes
		imported, said := earlier.Import(scopeType, text(fox.State["id"])+"/"+scopeIDs(em, vm01)[0], nil)
		if len(said) > 0 {
			t.Fatal(said)
		}
		single, said := earlier.Read(scopeType, imported)
		if len(said) > 0 {
			t.Fatal(said)
		}
		for _, scopeFirst := range []bool{true, false} {
			planning := em.Protocol()
			planScope := func() {
				if planned, _ := planning.Plan(scopeType, single, config); planned.Replaces == scopeFirst {
					t.Errorf("scope first %t: it is replaced: %t", scopeFirst, planned.Replaces)
				}
			}
			if scopeFirst {
				planScope()
			}
			_, diagnostics := planning.Plan(accountType, fox, after)
			if !scopeFirst {
				planScope()
			}
			refused := tfrun.Texts(diagnostics)
			if got := strings.Contains(strings.Join(refused, "\n"), "Plan without -refresh=false"); got != scopeFirst {
				t.Errorf("scope first %t: the plan of the account says %q", scopeFirst, refused)
			}
		}
	})
}

// The list is added to an account that has the scope of an object whose name is ambiguous. The list cannot know that it
// stands for its item until it is read after the account.
func TestHandover_AListAddedLaterAgreesWithTheOtherOwnerOnAnAmbiguousName(t *testing.T) {
	for _, which := range []string{"A", "S"} {
		inBubble(t, which, func(t *testing.T) {
			em, w, id := startFox(t, emsim.Options{})
			mustApply(t, w, ownedBy(which, dupA, id))
			config := ownedBy(which+"E", dupA, id)
			w.PlanOrder = []string{foxNode, sNode, eNode}
			for range 3 {
				mustApply(t, w, config)
				if n := len(scopeIDs(em, dupA)); n < 1 {
					t.Errorf("%d scopes of the object", n)
				}
			}
			checkHandedOver(t, em, w, config, dupA, tfrun.Outcome{})
		})
	}
}

// vm01Again is vm01 after it was recreated under its old name.
var vm01Again = object{"urn:VMware:Vm:" + emsim.VCenterID + ".vm-8888", vm01.name}

func recreateVM01(em *acctest.EM) {
	em.Mutate(func(s *emsim.Store) { s.RemoveObject(vm01.ref); s.AddObject(vm01Again.ref, vm01Again.name) })
}

// createFirst returns a configuration whose scope resources are created before they are destroyed.
func createFirst(config []tfrun.Block) []tfrun.Block {
	for i := range config {
		config[i].CreateBeforeDestroy = config[i].Type == scopeType
	}
	return config
}

// An object was recreated under its old name: the lookup service knows only the new one, which adopts the scope of the
// old one. The owner of the old scope adds a scope for the new object before it removes its own.
func TestHandover_ARecreatedObjectGetsAScopeOfItsOwn(t *testing.T) {
	for name, c := range map[string]handover{"a resource": {"S", "S"}, "restore_scope": {"A", "S"}} {
		for _, location := range []bool{false, true} {
			inBubble(t, fmt.Sprintf("%s, location %t", name, location), func(t *testing.T) {
				em, w, id := startFox(t, emsim.Options{ScopeLocation: location})
				mustApply(t, w, createFirst(ownedBy(c.before, vm01, id)))
				recreateVM01(em)
				config := createFirst(ownedBy(c.after, vm01Again, id))
				w.ApplyOrder = []string{sNode, foxNode}
				out := w.Apply(config...)
				checkHandedOver(t, em, w, config, vm01Again, out)
				if left := scopeIDs(em, vm01); len(left) > 0 {
					t.Errorf("the old object still has the scopes %s", left)
				}
				if !strings.Contains(strings.Join(out.Warnings, "\n"), "no access was lost") {
					t.Errorf("warnings %q", out.Warnings)
				}
			})
		}
	}
}

// The new owner cannot know that the list had the scope of an ambiguous name, and adds another one.
func TestHandover_AListThatGoesLaterLeavesNoSecondScope(t *testing.T) {
	for _, which := range []string{"A", "S"} {
		inBubble(t, which, func(t *testing.T) {
			em, w, id := startFox(t, emsim.Options{})
			mustApply(t, w, ownedBy("E", dupA, id))
			before := scopeIDs(em, dupA)
			w.ApplyOrder = []string{foxNode, sNode, "delete " + eNode}
			config := ownedBy(which, dupA, id)
			out := w.Apply(config...)
			checkHandedOver(t, em, w, config, dupA, out)
			removed := "The scope " + before[0] + ", which the list had for the same object, was removed."
			if !strings.Contains(strings.Join(out.Warnings, "\n"), removed) {
				t.Errorf("warnings %q, want one that says %q", out.Warnings, removed)
			}
		})
	}
}

// The list cannot remove its scope of an object to which another owner has added one.
func TestHandover_AListThatCannotRemoveASecondScopeSaysSo(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em, w, id := startFox(t, emsim.Options{})
		mustApply(t, w, ownedBy("E", dupA, id))
		em.Inject(emsim.Fault{
			Kind: emsim.FaultStatus, Status: http.StatusForbidden, Method: http.MethodDelete, PathPattern: scopesPath + "/*",
		})
		w.ApplyOrder = []string{sNode, "delete " + eNode}
		out := w.Apply(ownedBy("S", dupA, id)...)
		if len(out.Errors) != 1 || !strings.Contains(out.Errors[0], "hand over the restore scopes of the account") ||
			!strings.Contains(out.Errors[0], "HTTP 403") {
			t.Errorf("errors %q, want one of the removal", out.Errors)
		}
		if w.Attributes(eNode) == nil || w.Attributes(sNode) == nil {
			t.Errorf("the state has %q, want both owners", w.Addresses())
		}
	})
}

// The former owner of an object of an ambiguous name could not remove its scope, and the new owner added another one.
// The sweep found that the next apply left both.
func TestHandover_AScopeIsNotLeftToAnOwnerThatHasAnotherOne(t *testing.T) {
	for _, c := range []handover{{"S", "T"}, {"A", "S"}} {
		for i, order := range orders() {
			inBubble(t, fmt.Sprintf("%s to %s, order %d", c.before, c.after, i), func(t *testing.T) {
				em, w, id := startFox(t, emsim.Options{})
				mustApply(t, w, ownedBy(c.before, dupA, id))
				em.Inject(emsim.Fault{
					Kind: emsim.FaultStatus, Status: http.StatusForbidden,
					Method: http.MethodDelete, PathPattern: scopesPath + "/*",
				})
				config := ownedBy(c.after, dupA, id)
				if out := w.Apply(config...); len(out.Errors) != 1 {
					t.Fatalf("errors %q, want one", out.Errors)
				}
				em.ClearFaults()
				w.PlanOrder, w.ApplyOrder = order, order
				checkHandedOver(t, em, w, config, dupA, w.Apply(config...))
			})
		}
	}
}

// One of two owners of an object is replaced, because it gets another object.
func TestHandover_AnOwnerThatGetsAnotherObjectLeavesTheScopeToTheOtherOne(t *testing.T) {
	for i, order := range orders() {
		inBubble(t, fmt.Sprintf("order %d", i), func(t *testing.T) {
			em, w, id := startFox(t, emsim.Options{})
			handover{before: "ST"}.prepare(t, em, w, vm01, id)
			config := ownedBy("ST", vm01, id)
			config[1].Attributes["hierarchy_obj_ref"], config[1].Attributes["object_name"] = sql.ref, sql.name
			w.PlanOrder, w.ApplyOrder = order, order
			out := w.Apply(config...)
			checkHandedOver(t, em, w, config, vm01, out)
			if n := len(scopeIDs(em, sql)); n != 1 {
				t.Errorf("%d scopes of the new object, want 1", n)
			}
		})
	}
}

// A server may keep the last scope of an account. The error says what to do.
func TestScope_TheRemovalOfALastScopeThatTheServerKeepsSaysWhatToDo(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		em := acctest.StartEMWithoutTLS(t, emsim.Options{LastScope: emsim.LastScopeRefuse})
		w := em.NewWorkspace()
		mustApply(t, w, ownedBy("S", vm01, idOf("fox")))
		em.Mutate(func(s *emsim.Store) {
			for _, a := range s.Accounts() {
				if a.Name == `TECH\william.fox` {
					a.AllowRestoreAllVms = false
					a.Scopes = slices.DeleteFunc(a.Scopes, func(sc *emsim.Scope) bool { return sc.Ref == web01.ref })
				}
			}
		})
		out := w.Apply()
		if said := strings.Join(out.Errors, "\n"); !strings.Contains(said, "add another scope first") {
			t.Errorf("errors %q", out.Errors)
		}
		if n := len(scopeIDs(em, vm01)); n != 1 {
			t.Errorf("%d scopes, want 1", n)
		}
	})
}
