// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// PlatformTypes lists the object types of each platform whose types the API reference documents. Types are compared
// without regard to case, because the reference uses both VM and Vm. Other platforms, such as file shares, exist and
// are valid. Datastore and OrgVdcStorageProfile of vCloud are only in the example of the lookup service.
//
// Source: Veeam Backup Enterprise Manager REST API reference, Lookup Service.
var PlatformTypes = map[string][]string{
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

// ObjRef is a reference to an object of the virtual infrastructure, split into its parts.
type ObjRef struct {
	Platform string // VMware, vCloud, Hyperv or another
	Type     string // for example Vm or Folder
	RootID   string // ID of the hierarchy root, a GUID in lower case
	Object   string // ID of the object below the root; may contain colons and dots
	written  string // the text that was parsed
}

// String returns the text that was parsed or, if the reference was built from parts, the form that the API uses.
func (r ObjRef) String() string {
	if r.written != "" || r.IsZero() {
		return r.written
	}
	return "urn:" + r.Platform + ":" + r.Type + ":" + r.RootID + "." + r.Object
}

// IsZero reports whether the reference is empty.
func (r ObjRef) IsZero() bool { return r == ObjRef{} }

// Same reports whether two references name the same object, even if the case of their platforms, types and root GUIDs
// differs.
func (r ObjRef) Same(o ObjRef) bool {
	return strings.EqualFold(r.Platform, o.Platform) && strings.EqualFold(r.Type, o.Type) &&
		r.RootID == o.RootID && r.Object == o.Object
}

const objRefForm = "urn:<Platform>:<Type>:<hierarchy root GUID>.<object>, " +
	"for example urn:VMware:Vm:a2b0c55d-829a-4efe-bd95-125ee77ba9dd.vm-7870"

// ParseObjRef parses a reference of the form urn:<Platform>:<Type>:<hierarchy root GUID>.<object>. It converts the GUID
// of the root to lower case. It does not check whether the type exists on the platform: see [PlatformTypes].
func ParseObjRef(s string) (ObjRef, error) {
	ref, err := parseObjRef(s)
	if err != nil {
		return ObjRef{}, fmt.Errorf("%q is not a hierarchy reference: %w; write it as %s", clip(s, 120), err, objRefForm)
	}
	return ref, nil
}

func parseObjRef(s string) (ObjRef, error) {
	parts := strings.SplitN(s, ":", 4)
	if parts[0] != "urn" {
		return ObjRef{}, errors.New(`it does not begin with "urn:"`)
	}
	if len(parts) < 4 {
		return ObjRef{}, errors.New("it has too few parts")
	}
	ref := ObjRef{Platform: parts[1], Type: parts[2]}
	if !isWord(ref.Platform) {
		return ObjRef{}, errors.New("the platform must consist of letters and digits")
	}
	if !isWord(ref.Type) {
		return ObjRef{}, errors.New("the type must consist of letters and digits")
	}
	root, object, found := strings.Cut(parts[3], ".")
	if !found {
		return ObjRef{}, errors.New("there is no dot between the hierarchy root and the object")
	}
	id, err := ParseGUID(root)
	if err != nil {
		return ObjRef{}, fmt.Errorf("the hierarchy root %w", err)
	}
	if object == "" {
		return ObjRef{}, errors.New("the object after the dot is empty")
	}
	unprintable := strings.ContainsFunc(object, func(r rune) bool { return !unicode.IsPrint(r) })
	if unprintable || strings.TrimSpace(object) != object {
		return ObjRef{}, errors.New("the object has white space around it or characters that cannot be printed")
	}
	ref.RootID, ref.Object, ref.written = id, object, s
	return ref, nil
}
