// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package xsdtest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/emsim"
)

// world is a kind of server. Worlds for one option have its name.
type world struct {
	name    string
	options emsim.Options
	guess   bool   // no source shows what the option does, or only that of an older build
	fails   string // the only visit that fails
}

var worlds = []world{
	{name: "Default"},
	{name: "ShortEntityNames", options: emsim.Options{ShortEntityNames: true}, guess: true},
	{name: "InlineRoles", options: emsim.Options{InlineRoles: true}},
	{name: "OddAccount", options: emsim.Options{OddAccount: true}, guess: true},
	{name: "PageSize", options: emsim.Options{PageSize: 100}, guess: true},
	{name: "OmitSettings", options: emsim.Options{OmitSettings: true}, guess: true},
	{name: "ReferencesOnly", options: emsim.Options{ReferencesOnly: true}},
	{name: "slow", options: emsim.Options{
		ScopeDelay: 30 * time.Second, ScopeStagger: 5 * time.Second, ProcessDelay: -1, RemovingDelay: 30 * time.Second,
		TaskDuration: time.Minute, TaskCollect: time.Minute, TaskResultEarly: true,
	}},
	{name: "failed tasks", fails: "AddScopes", options: emsim.Options{
		ScopeFailure: "The scope cannot be added.", TaskFailure: "The rebuild has failed.",
	}},
	{name: "OmitTaskMessage", options: emsim.Options{OmitTaskMessage: true}},
}

// sameShape are the options that change values, headers or what a request does, but not which elements a document has.
const sameShape = " HostName Platform Users Demo OnRequest Latency SessionIdle UnknownSessionStatus BareNotFound " +
	"OmitLocation ListOrder AccountNameCase AccountNames NameForm Extensions AllVMs DroppedSettings AddedRole " +
	"DroppedRole DuplicateAccountStatus RefuseDuplicateRole ScopeStatus ScopeLocation RootNames DuplicateScopes " +
	"LastScope ObjectNames NamesFollowRename ObjectTypeCase SharedScopeIDs SharedDelete RefuseUnknownObjects " +
	"NoScopeLicense "

func TestWorlds_SetEveryOptionThatChangesDocuments(t *testing.T) {
	options := reflect.TypeFor[emsim.Options]()
	for i := range options.NumField() {
		name := options.Field(i).Name
		set := slices.ContainsFunc(worlds, func(w world) bool { return !reflect.ValueOf(w.options).Field(i).IsZero() })
		if set == strings.Contains(sameShape, " "+name+" ") {
			t.Errorf("emsim.Options.%s must be set in a world, or be in sameShape, but not both", name)
		}
	}
}
