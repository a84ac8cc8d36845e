// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// reference is a parsed hierarchy reference, urn:<Platform>:<Type>:<HierarchyRootId>.<ObjectRef>.
type reference struct {
	platform, objectType, rootID, object string
}

var refPattern = regexp.MustCompile(`^urn:([A-Za-z0-9]+):([A-Za-z0-9]+):` +
	`((?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(\S.*)$`)

// platformTypes is the table on the HierarchyObjRefType page of the API reference. Platforms that are not in the table
// are accepted with any type.
var platformTypes = map[string][]string{
	"VMware": {
		"Vm", "Host", "Cluster", "Template", "VirtualApp", "Vc", "Datacenter", "Folder", "Datastore",
		"ComputeResource", "ResourcePool", "Tag", "Category", "StoragePod",
	},
	"vCloud": {
		"VcdSystem", "Organization", "OrgVdc", "Vapp", "Vm", "VappTemplate", "VmTemplate", "Datastore",
		"OrgVdcStorageProfile",
	},
	"Hyperv": {"Vm", "Host", "Cluster", "Scvmm", "HostGroup", "VmGroup"},
}

// parseRef parses a reference. It returns the platform and type as the table spells them, and the root's ID in lower
// case.
func parseRef(text string) (reference, error) {
	m := refPattern.FindStringSubmatch(text)
	if m == nil {
		return reference{}, errors.New("the value must be urn:<Platform>:<Type>:<HierarchyRootId>.<ObjectRef>")
	}
	r := reference{platform: m[1], objectType: m[2], rootID: strings.ToLower(m[3]), object: m[4]}
	for platform, types := range platformTypes {
		if !strings.EqualFold(platform, r.platform) {
			continue
		}
		r.platform = platform
		for _, t := range types {
			if strings.EqualFold(t, r.objectType) {
				r.objectType = t
				return r, nil
			}
		}
		return reference{}, fmt.Errorf("%s has no object type %q", platform, r.objectType)
	}
	return r, nil
}

func (r reference) String() string {
	return "urn:" + r.platform + ":" + r.objectType + ":" + r.rootID + "." + r.object
}

// sameRef reports whether two references are equal. Platform, type and root ID are compared without regard to case, as
// on the server.
func sameRef(a, b string) bool {
	ra, errA := parseRef(a)
	rb, errB := parseRef(b)
	if errA != nil || errB != nil {
		return a == b
	}
	return strings.EqualFold(ra.platform, rb.platform) && strings.EqualFold(ra.objectType, rb.objectType) &&
		ra.rootID == rb.rootID && ra.object == rb.object
}
