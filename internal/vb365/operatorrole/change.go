// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package operatorrole

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// mostRounds is how often lists are changed if it is not known whether they then are as wanted.
const mostRounds = 4

// change brings a role to the wanted state: by one PUT, and by adding and removing the entries that the PUT did not.
type change struct {
	client             *vb365api.Client
	organizationID, id string
	want               vb365api.RoleSpec
	now                *snapshot // nil if the role has not been read
	fresh              bool      // whether now shows the role as it is after the last request that writes
	// kept are the entries that a reference cannot express and that the role should keep.
	kept []unmanaged
}

// wanted returns the objects that a list should have.
func (c *change) wanted(l vb365api.List) []vb365api.Object {
	switch l {
	case vb365api.Operators:
		return c.want.Operators
	case vb365api.SelectedItems:
		return c.want.SelectedItems
	}
	return c.want.ExcludedItems
}

// update reads the role and makes the change, unless the role is as planned already.
func (c *change) update(ctx context.Context, plan *model, all resolution) error {
	if err := c.look(ctx); err != nil {
		return err
	}
	c.kept = c.now.unmanaged()
	all, err := c.entries(ctx, all)
	if err != nil {
		return err
	}
	c.want = plan.toSpec(all)
	return c.run(ctx)
}

// entries completes the references to entries with the objects, from the lists of the role. An entry that has been
// removed since the plan is granted as planned, even if its name now belongs to another object.
func (c *change) entries(ctx context.Context, all resolution) (resolution, error) {
	complete := resolution{}
	for _, l := range lists {
		complete[l] = slices.Clone(all[l])
		for i, r := range complete[l] {
			if !r.entry {
				continue
			}
			object, found := c.now.find(r.object.Key())
			if !found {
				var err error
				if object, err = c.client.GetObject(ctx, c.organizationID, r.object.Type, r.object.ID); err != nil {
					return nil, fmt.Errorf("the %s in %s is no longer an entry of the role: %w", r.Reference, attributes[l], err)
				}
			}
			complete[l][i].object = object
		}
	}
	return complete, nil
}

// finishCreate brings a new role to the wanted state. found reports whether its properties may be others.
func (c *change) finishCreate(ctx context.Context, found bool) error {
	if !found {
		return c.reconcile(ctx)
	}
	if err := c.look(ctx); err != nil {
		return err
	}
	return c.run(ctx)
}

// look reads the role.
func (c *change) look(ctx context.Context) error {
	now, err := read(ctx, c.client, c.organizationID, c.id)
	if err == nil {
		c.now, c.fresh = now, true
	}
	return err
}

// run makes the change, unless the role is as wanted already.
func (c *change) run(ctx context.Context) error {
	if len(c.problems()) == 0 {
		return nil
	}
	c.fresh = false
	if err := c.removeMoving(ctx, func(from vb365api.List) bool {
		// A PUT without exclusions may have no effect, and objects that are excluded cannot be added to the selected items.
		return c.separate(from) || from == vb365api.ExcludedItems && c.separate(vb365api.SelectedItems)
	}); err != nil {
		return err
	}
	if err := c.exclude(ctx); err != nil {
		return err
	}
	if err := c.putAll(ctx); err != nil {
		return err
	}
	if err := c.edit(ctx, c.separate); !mayBeDone(err) {
		return err
	}
	return c.reconcile(ctx)
}

// exclude adds the new exclusions that the PUT does not contain. The PUT may give access to the objects: they would not
// be excluded before the next request, and never if that failed. Objects that are still selected are excluded later.
func (c *change) exclude(ctx context.Context) error {
	const list = vb365api.ExcludedItems
	if !c.separate(list) {
		return nil
	}
	missing := func() []vb365api.Object {
		selected := c.now.objects(vb365api.SelectedItems)
		return slices.DeleteFunc(c.now.missing(list, c.want.ExcludedItems), func(o vb365api.Object) bool {
			return contains(selected, o.Key())
		})
	}
	var err error
	for range mostRounds {
		added := missing()
		if err = c.client.AddEntries(ctx, c.id, list, added); err == nil {
			for _, o := range added {
				c.now.entries[list] = append(c.now.entries[list], vb365api.Entry{Object: &o})
			}
			return nil
		}
		if !mayBeDone(err) {
			return err
		}
		unread := c.await(ctx, func() bool { return len(missing()) == 0 })
		c.fresh = false
		if unread != nil {
			return errors.Join(err, unread)
		}
	}
	return err
}

// reread makes sure that now shows what the server has, even after an interrupt or a timeout, and reports whether it
// does.
func (c *change) reread(ctx context.Context) bool {
	if c.fresh {
		return true
	}
	longer, cancel := tfkit.After(ctx)
	defer cancel()
	return c.look(longer) == nil
}

// putAll sends the PUT. If the server refuses it, an empty list may have no effect there, so that an object that is no
// longer excluded would be excluded and selected: putAll then removes such exclusions and sends the PUT again.
func (c *change) putAll(ctx context.Context) error {
	const badRequest = 400
	refused := c.put(ctx)
	moving := c.moving(vb365api.ExcludedItems)
	var e *vb365api.Error
	if !errors.As(refused, &e) || e.Status != badRequest || len(c.want.ExcludedItems) > 0 || len(moving) == 0 {
		return refused
	}
	if err := c.client.RemoveEntries(ctx, c.id, vb365api.ExcludedItems, idsOf(moving)); err != nil {
		return errors.Join(refused, err)
	}
	return c.put(ctx)
}

// put sends the whole wanted state, without the lists that are changed separately. It sends nothing if the rest is as
// wanted.
func (c *change) put(ctx context.Context) error {
	spec, changes := c.want, c.differing() != nil
	for _, list := range []struct {
		name   vb365api.List
		target *[]vb365api.Object
	}{
		{vb365api.Operators, &spec.Operators},
		{vb365api.SelectedItems, &spec.SelectedItems},
		{vb365api.ExcludedItems, &spec.ExcludedItems},
	} {
		if c.separate(list.name) {
			*list.target = nil
		} else {
			changes = changes || c.listDiffers(list.name)
		}
	}
	if !changes {
		return nil
	}
	return c.client.UpdateRole(ctx, c.organizationID, c.id, spec)
}

// separate reports whether single entries of a list are changed, because a PUT would remove those that a reference
// cannot express.
func (c *change) separate(l vb365api.List) bool { return c.now.hasUnmanaged(l) && c.keeps(l) }

func every(vb365api.List) bool { return true }

// keeps reports whether the role should keep the entries of a list that a reference cannot express.
func (c *change) keeps(l vb365api.List) bool {
	return l != vb365api.SelectedItems || c.want.RoleType != vb365api.EntireOrganization
}

// reconcile reads the role, changes single entries of its lists if they are not as wanted, and reads it again. The
// error says what the server then still has otherwise.
func (c *change) reconcile(ctx context.Context) error {
	var last error
	refused := false
	for round := 0; ; round++ {
		expected := c.hasAll
		if round > 0 { // removed entries must have disappeared too
			expected = func() bool { return !slices.ContainsFunc(lists, c.listDiffers) }
		}
		if err := c.await(ctx, expected); err != nil {
			return errors.Join(last, err)
		}
		problems := c.problems()
		if len(problems) == 0 {
			return nil
		}
		if c.now.role.RoleType != c.want.RoleType || round > 0 && last == nil || round == mostRounds {
			return errors.Join(last, fmt.Errorf("the server accepted the change, but it has otherwise: %s",
				strings.Join(problems, "; ")))
		}
		c.fresh = false
		last = c.removeMoving(ctx, every)
		if last == nil {
			last = c.edit(ctx, every)
		}
		if !mayBeDone(last) {
			// An entry that is still listed may have been removed already, which servers report with different statuses.
			if refused || !lookup.MayBeGone(last) {
				return last
			}
			refused = true
		}
	}
}

// mayBeDone reports whether a list may be as wanted after a request that changes it: the response was lost, or an entry
// that is still listed has been removed already.
func mayBeDone(err error) bool {
	return err == nil || vb365api.IsUncertain(err) || vb365api.IsNotFound(err)
}

// await reads the role until its lists are as expected, but not for long.
func (c *change) await(ctx context.Context, expected func() bool) error {
	pace := httpkit.Pace{Until: time.Now().Add(vb365api.SettleTime)}
	_, err := httpkit.Poll(ctx, pace, func(time.Duration) (bool, error) {
		err := c.look(ctx)
		return err == nil && expected(), err
	})
	return err
}

// removeMoving removes objects from a list of items, if it applies, before the other one gets them: the server refuses
// an object in both.
func (c *change) removeMoving(ctx context.Context, applies func(vb365api.List) bool) error {
	for _, from := range []vb365api.List{vb365api.SelectedItems, vb365api.ExcludedItems} {
		if !applies(from) {
			continue
		}
		moving := idsOf(c.moving(from))
		if err := c.client.RemoveEntries(ctx, c.id, from, moving); err != nil {
			return err
		}
		c.now.entries[from] = slices.DeleteFunc(slices.Clone(c.now.entries[from]), func(e vb365api.Entry) bool {
			return slices.Contains(moving, e.ID)
		})
	}
	return nil
}

// moving returns the entries of a list of items whose objects the other one should have.
func (c *change) moving(from vb365api.List) []vb365api.Entry {
	to := vb365api.ExcludedItems
	if from == to {
		to = vb365api.SelectedItems
	}
	return slices.DeleteFunc(c.now.surplus(from, c.wanted(from)), func(e vb365api.Entry) bool {
		return !contains(c.wanted(to), e.Object.Key())
	})
}

// edit adds what is missing in the lists, and then removes what is too much. Exclusions are added first and removed
// last, so that the operators never have more access than before or after.
func (c *change) edit(ctx context.Context, applies func(vb365api.List) bool) error {
	for _, l := range slices.Backward(lists) {
		if !applies(l) {
			continue
		}
		if err := c.client.AddEntries(ctx, c.id, l, c.now.missing(l, c.wanted(l))); err != nil {
			return err
		}
	}
	for _, l := range lists {
		if !applies(l) {
			continue
		}
		if err := c.client.RemoveEntries(ctx, c.id, l, idsOf(c.now.surplus(l, c.wanted(l)))); err != nil {
			return err
		}
	}
	return nil
}

func idsOf(entries []vb365api.Entry) []string {
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.ID)
	}
	return out
}

// hasAll reports whether no list lacks an object.
func (c *change) hasAll() bool {
	return !slices.ContainsFunc(lists, func(l vb365api.List) bool { return len(c.now.missing(l, c.wanted(l))) > 0 })
}

// listDiffers reports whether a list has other objects than wanted.
func (c *change) listDiffers(l vb365api.List) bool {
	return len(c.now.missing(l, c.wanted(l)))+len(c.now.surplus(l, c.wanted(l))) > 0
}

// differing returns which properties of the role are not as wanted.
func (c *change) differing() []string {
	var out []string
	for _, p := range []struct{ name, has, wanted string }{
		{"name", c.now.role.Name, c.want.Name},
		{"description", c.now.role.Description, c.want.Description},
		{"role_type", c.now.role.RoleType, c.want.RoleType},
	} {
		if p.has != p.wanted {
			out = append(out, fmt.Sprintf("%s %q instead of %q", p.name, p.has, p.wanted))
		}
	}
	return out
}

// problems returns what the role has otherwise than wanted.
func (c *change) problems() []string {
	out := c.differing()
	for _, l := range lists {
		for _, o := range c.now.missing(l, c.wanted(l)) {
			out = append(out, fmt.Sprintf("%s without the %s", attributes[l], referenceTo(o)))
		}
		for _, e := range c.now.surplus(l, c.wanted(l)) {
			out = append(out, fmt.Sprintf("%s with the %s", attributes[l], referenceTo(*e.Object)))
		}
	}
	have := c.now.unmanaged()
	for _, u := range c.kept {
		if c.keeps(u.list) && !slices.Contains(have, u) {
			out = append(out, fmt.Sprintf("%s without the unmanaged entry %s of type %q", attributes[u.list], u.id, u.kind))
		}
	}
	return out
}

// referenceTo returns a reference for a message.
func referenceTo(o vb365api.Object) rules.Reference {
	if o.Name != "" {
		return rules.Reference{Type: o.Type, Name: o.Name}
	}
	return rules.Reference{Type: o.Type, ID: o.ID}
}
