// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/faulttest/faultkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/simkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365sim"
)

// soakRun is a run of a world.
type soakRun struct {
	faultkit.Record
	t       *testing.T
	world   soakWorld
	vb      *acctest.VB365
	model   soakModel
	w       *tfrun.Workspace
	foreign map[string]bool // IDs of roles that Terraform did not create
	told    map[string]bool // IDs of roles that an error asks to import or delete
	severed bool            // a fault of this step broke connections
	steps   int

	mu       sync.Mutex
	recorded [][]vb365sim.RoleSnapshot // after each request
}

// runSoak runs a world in its own bubble.
func runSoak(t *testing.T, w soakWorld) faultkit.Result {
	t.Helper()
	r := &soakRun{world: w, foreign: map[string]bool{}, told: map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		r.t = t
		defer r.CatchPanic()
		r.runSteps()
	})
	return faultkit.Result{Steps: r.steps, Log: r.Log, Broken: r.Broken}
}

func (r *soakRun) runSteps() {
	start := acctest.StartVB365WithoutTLS
	if r.world.TLS {
		start = acctest.StartVB365
	}
	r.vb = start(r.t, r.world.Quirks)
	defer r.vb.ExpireSessions()
	r.vb.Configure(func(o *vb365sim.Options) {
		o.OnRequest = func(q vb365sim.Request) {
			if q.IsWrite() {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.recorded = append(r.recorded, r.vb.Snapshot())
			}
		}
	})
	r.model = newSoakModel(!slices.Contains(r.world.Quirks.Versions, "v6"))
	r.w = r.vb.NewWorkspace()
	r.w.Provider = map[string]any{"max_retries": int64(r.world.Retries)}
	for n, s := range r.world.Steps {
		r.step(n, s)
		if len(r.Broken) > 0 {
			return
		}
	}
	r.finish()
}

// finish applies the configuration without faults and then destroys everything.
func (r *soakRun) finish() {
	r.Logf("at the end: apply and destroy")
	const most = 5 // what a user may have to do: import or delete a role, write new names
	for i := range most {
		r.deleteTold()
		before := r.managed()
		r.recorded = nil
		out := r.apply(r.model.blocks())
		if r.check(before, before, out, faultkit.Step{}); len(out.Errors) == 0 || len(r.Broken) > 0 {
			break
		}
		if i == most-1 {
			r.Breaks("no end: the apply still fails: %q", out.Errors)
		}
	}
	if out := r.apply(nil); len(out.Errors) > 0 {
		r.Breaks("the destroy without a fault failed: %q", out.Errors)
	}
	if left := r.managed(); len(left) > 0 {
		r.Breaks("after the destroy: the server still holds %+v", left)
	}
}

func (r *soakRun) apply(config []tfrun.Block) tfrun.Outcome {
	defer r.Watchdog().Stop()
	out := r.w.Apply(config...)
	r.Logf("    apply: changes %q, errors %q", out.Changes, out.Errors)
	return out
}

// managed returns the roles that Terraform created.
func (r *soakRun) managed() []vb365sim.RoleSnapshot {
	return slices.DeleteFunc(r.vb.Snapshot(), func(s vb365sim.RoleSnapshot) bool { return r.foreign[s.ID] })
}

// step runs one step and checks what must hold after it.
func (r *soakRun) step(n int, s faultkit.Step) {
	r.steps++
	time.Sleep(s.Pause)
	said := []string{}
	for _, e := range s.Edits {
		said = append(said, soakEdits[e.Kind](&r.model, e))
	}
	r.deleteTold()
	before := r.managed()
	for _, e := range s.Outside {
		said = append(said, r.changeOutside(e))
	}
	outside := r.managed()
	r.vb.ResetJournal()
	r.arm(s)
	for _, f := range s.Faults {
		said = append(said, describe(f))
	}
	said = slices.DeleteFunc(said, func(one string) bool { return one == "" })
	r.Logf("%2d: %s", n, strings.Join(said, "; "))
	r.w.Parallelism = s.Parallelism
	r.recorded = nil
	if s.Run == runImport {
		r.reimport(s)
	}
	out := r.apply(r.model.blocks())
	r.settle()
	r.check(before, outside, out, s)
	r.checkSessions(out, s)
	r.vb.ExpireSessions()
	if len(r.Broken) > 0 {
		r.Logf("    the requests of this step:\n%s", faultkit.Requests(r.vb.Journal()))
	}
}

// reimport removes a role from the state and imports it again.
func (r *soakRun) reimport(s faultkit.Step) {
	m := r.model.role(s.Parallelism)
	if m == nil {
		return
	}
	b := m.block()
	state := r.w.Attributes(b.Address())
	i := slices.IndexFunc(r.managed(), func(held vb365sim.RoleSnapshot) bool {
		return state != nil && state["id"] == held.ID
	})
	if i < 0 || r.w.Tainted(b.Address()) {
		return
	}
	held := r.managed()[i]
	id, identity := held.ID, map[string]any(nil)
	twins := 0
	for _, other := range r.vb.Snapshot() {
		if other.OrganizationID == held.OrganizationID && other.Name == held.Name {
			twins++
		}
	}
	switch {
	case s.Parallelism%3 == 0 && twins == 1:
		id = held.OrganizationID + "/" + held.Name
		if s.Parallelism%2 == 0 {
			id = map[string]string{
				cloud: vb365sim.OrganizationName, hybrid: vb365sim.HybridOrganizationName,
			}[held.OrganizationID] + "/" + held.Name
		}
	case s.Parallelism%3 == 1:
		id, identity = "", map[string]any{"id": held.ID}
	}
	r.w.Forget(b.Address())
	out := r.w.Import(b, id, identity)
	r.Logf("    import %s: errors %q", b.Address(), out.Errors)
	if len(out.Errors) > 0 { // a user would try again
		r.settle()
		r.vb.Network.Refuse(false)
		if out := r.w.Import(b, id, identity); len(out.Errors) > 0 {
			r.Breaks("the import failed without a fault: %s: %q", b.Address(), out.Errors)
		}
	}
}

// changeOutside makes a change outside Terraform. It returns a description of the change, or "" if there was nothing to
// change.
func (r *soakRun) changeOutside(e faultkit.Edit) string {
	m := r.model.role(e.A)
	if m == nil {
		return ""
	}
	id, _ := r.w.Attributes(m.block().Address())["id"].(string)
	said := ""
	r.vb.Mutate(func(store *vb365sim.Store) {
		if held := store.Role(id); held != nil {
			said = outsideChanges[e.Kind](r, store, held, e)
		}
	})
	if said == "" {
		return ""
	}
	return fmt.Sprintf("outside Terraform: %s of %s", said, m.label)
}

var soakLists = []vb365sim.List{vb365sim.Operators, vb365sim.SelectedItems, vb365sim.ExcludedItems}

// outsideChanges are changes outside Terraform.
var outsideChanges = []func(r *soakRun, store *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string{
	func(r *soakRun, store *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string {
		o := r.someObject(held, e)
		if o.name == "" || r.model.deleted[o] {
			return ""
		}
		before := o.name
		o.name = r.model.next("renamed-") + o.name[strings.LastIndexAny(o.name, "@")+1:]
		if strings.Contains(before, "://") {
			o.name = before[:strings.LastIndex(before, "/")+1] + r.model.next("renamed-")
		}
		store.Organization(held.OrganizationID).Object(o.kind, o.id).Name = o.name
		return "renamed " + before + " to " + o.name + ", of the organization"
	},
	func(r *soakRun, store *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string {
		o := r.someObject(held, e)
		if r.model.deleted[o] || r.world.Quirks.RefuseUnknownObjects || len(r.model.deleted) > 3 {
			return ""
		}
		r.model.deleted[o] = true
		store.Organization(held.OrganizationID).Remove(o.kind, o.id)
		return "deleted " + o.kind + " " + o.name + ", of the organization"
	},
	func(r *soakRun, _ *vb365sim.Store, held *vb365sim.Role, _ faultkit.Edit) string {
		held.Name = r.model.next("Manual ")
		return "changed the name to " + held.Name
	},
	func(_ *soakRun, store *vb365sim.Store, held *vb365sim.Role, _ faultkit.Edit) string {
		store.RemoveRole(held.ID)
		return "deleted the role"
	},
	func(r *soakRun, store *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string {
		if e.B%2 == 0 {
			store.RemoveRole(held.ID)
		}
		r.addForeign(store, held, e)
		return "added another role of the name"
	},
	func(r *soakRun, store *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string {
		list, o := soakLists[e.C%3], r.someObject(held, e)
		has := func(entry *vb365sim.Entry) bool { return strings.EqualFold(entry.ObjectID, o.id) }
		if r.model.deleted[o] || !canOperate(o) || list == vb365sim.SelectedItems && held.RoleType == entire ||
			slices.ContainsFunc(slices.Concat(held.Entries(list), held.Entries(vb365sim.SelectedItems),
				held.Entries(vb365sim.ExcludedItems)), has) {
			return ""
		}
		store.AddObject(held, list, store.Organization(held.OrganizationID).Object(o.kind, o.id))
		return fmt.Sprintf("added %s %s to %s", o.kind, o.id, list)
	},
	func(_ *soakRun, _ *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string {
		list := soakLists[e.C%3]
		if all := held.Entries(list); len(all) > 1 || len(all) == 1 && list == vb365sim.ExcludedItems {
			held.RemoveEntry(list, all[e.B%len(all)].ID)
			return "removed an entry from " + string(list)
		}
		return ""
	},
	func(r *soakRun, store *vb365sim.Store, held *vb365sim.Role, e faultkit.Edit) string {
		list := soakLists[e.C%3]
		// If a PUT empties the lists that it does not contain, it removes such an entry, whatever the client sends.
		if list == vb365sim.SelectedItems && held.RoleType == entire || r.world.Quirks.Update == vb365sim.UpdateReplaces {
			return ""
		}
		store.AddOdd(held, list, []string{"PersonalSites", "Organization", ""}[e.B%3])
		return "added an unmanaged entry to " + string(list)
	},
}

func (r *soakRun) someObject(held *vb365sim.Role, e faultkit.Edit) *object {
	all := r.model.objects[held.OrganizationID]
	return all[e.B%len(all)]
}

// addForeign adds a role with the name of another one, as an administrator would in the console.
func (r *soakRun) addForeign(store *vb365sim.Store, like *vb365sim.Role, e faultkit.Edit) {
	added := store.AddRole(vb365sim.Role{OrganizationID: like.OrganizationID, Name: like.Name, RoleType: entire})
	o := r.model.some(like.OrganizationID, e.C, 1, canOperate)[0].object
	store.AddObject(added, vb365sim.Operators, store.Organization(like.OrganizationID).Object(o.kind, o.id))
	r.foreign[added.ID] = true
}

// arm injects the faults of the step.
func (r *soakRun) arm(s faultkit.Step) {
	r.severed = false
	for _, f := range s.Faults {
		armed := soakFaults[f.Fault].Is
		matches := func(simkit.Request) bool { return true }
		if f.On < len(operations) {
			matches = operations[f.On].Matches
		}
		armed.Times, armed.Skip, armed.Match = f.Times, f.Skip, matches
		severed := func() { r.severed = true }
		if severing, is := soakFaults[f.Fault].Severing(r.vb.Network, matches, f.Skip, r.vb.ExpireSessions, severed); is {
			armed = severing
		}
		r.vb.Inject(armed)
	}
}

// settle removes the faults and waits until the server has carried out all requests.
func (r *soakRun) settle() {
	r.vb.ClearFaults()
	time.Sleep(10 * time.Minute)
}
