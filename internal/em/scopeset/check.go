// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package scopeset

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/sync/errgroup"

	"github.com/veeam-community/terraform-provider-veeam/internal/em/rules"
	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// The limits of CheckNew: for one run, for one call, and for the parallel requests of one call. Items beyond them are
// not checked.
const (
	maxChecks      = 500
	checkTimeout   = 15 * time.Second
	parallelChecks = 4
)

// checks records, for one run, what the lookup service knows about new items.
type checks struct {
	remarks httpkit.CachedMap[string, string] // by reference and name
	asked   atomic.Int32
	failed  atomic.Bool // the lookup service is not asked again
}

// CheckNew returns a warning about those of the planned items that the lookup service does not know, or knows by
// another name. at is their attribute and owner is the object that has it. The items are new: what has a scope already
// need not be checked. Items that are not fully known and objects of other roots, such as file shares, are skipped. The
// plan does not depend on the lookup service: if it fails, there is no warning.
func CheckNew(ctx context.Context, em *tfkit.EM, at path.Path, owner string, items []emapi.ScopeItem) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	run := tfkit.Of[checks](&em.Run)
	remarks := make([]string, len(items))
	var lookups errgroup.Group
	lookups.SetLimit(parallelChecks)
	for i, item := range items {
		if item.HierarchyObjRef.IsZero() || item.ObjectName == "" {
			continue
		}
		lookups.Go(func() error {
			remarks[i] = run.check(ctx, em.Client, item)
			return nil
		})
	}
	_ = lookups.Wait() // there is no error
	remarks = slices.DeleteFunc(remarks, func(s string) bool { return s == "" })
	if len(remarks) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "Check "+at.String()+" of "+owner,
		strings.Join(remarks, "\n")+"\n\nThe server may accept an object that does not exist or has another name; the "+
			"scope then grants nothing, or access to another object. The data source veeam_em_hierarchy_object looks up the "+
			"reference of an object.")}
}

// check returns what is wrong with an item, or "".
func (c *checks) check(ctx context.Context, client *emapi.Client, item emapi.ScopeItem) string {
	key := item.HierarchyObjRef.String() + " " + item.ObjectName
	remark, err := c.remarks.Get(ctx, key, func(ctx context.Context) (string, error) {
		if c.failed.Load() || c.asked.Add(1) > maxChecks {
			return "", nil
		}
		return askAbout(ctx, client, item)
	})
	if err != nil {
		c.failed.Store(true)
	}
	return remark
}

// askAbout asks the lookup service about an item.
func askAbout(ctx context.Context, client *emapi.Client, item emapi.ScopeItem) (string, error) {
	ref := item.HierarchyObjRef
	roots, err := client.HierarchyRoots(ctx)
	isRoot := func(r emapi.HierarchyRoot) bool { return r.ID == ref.RootID }
	if err != nil || !slices.ContainsFunc(roots, isRoot) {
		return "", err
	}
	alike, err := named(ctx, client, ref.RootID, item.ObjectName, ref.Type)
	if err != nil || slices.ContainsFunc(alike, func(o emapi.HierarchyItem) bool { return denotes(o, ref) }) {
		return "", err
	}
	known, err := client.LookupRef(ctx, ref.String())
	if err != nil && !emapi.IsNotFound(err) {
		return "", err
	}
	return rules.KnownObject(item, known, alike), nil
}
