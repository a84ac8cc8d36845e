// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emsim

import (
	"net/http"
	"time"
)

// Platform is the operating system that Enterprise Manager runs on. It decides
// the form of the names of User and Group accounts.
type Platform string

// The two platforms of Enterprise Manager.
const (
	PlatformWindows Platform = ""      // Domain\Name
	PlatformLinux   Platform = "linux" // Name@Domain
)

// Case says in which case the server gives a name back.
type Case string

// The cases in which a name comes back.
const (
	CaseAsSent Case = ""
	CaseUpper  Case = "upper"
	CaseLower  Case = "lower"
)

// RootNames says what a scope's HierarchyRootName holds.
type RootNames string

// The three forms in which the pages show HierarchyRootName, and all three in turn.
const (
	RootNamesID       RootNames = ""          // the hierarchy root's ID
	RootNamesUniqueID RootNames = "unique-id" // its UniqueId, an upper-case GUID
	RootNamesName     RootNames = "name"      // its name
	RootNamesMixed    RootNames = "mixed"     // one scope after the other takes the next form
)

// DuplicateScopes says what a second POST of an object that is a scope of the account already does.
type DuplicateScopes string

// What a second POST of the same object does.
const (
	DuplicateScopesAdd    DuplicateScopes = ""       // a second scope with an ID of its own
	DuplicateScopesSame   DuplicateScopes = "same"   // accepted, and nothing changes
	DuplicateScopesRefuse DuplicateScopes = "refuse" // 400, and nothing of the request is done
)

// LastScope says whether the last scope of an account may go while it may not restore all VMs.
type LastScope string

// Whether the last scope may go.
const (
	LastScopeAllow  LastScope = ""
	LastScopeRefuse LastScope = "refuse" // 400; nor can AllowRestoreAllVms be switched off without a scope
)

// ObjectNames says what a scope's Name holds.
type ObjectNames string

// Where the Name of a scope comes from.
const (
	ObjectNamesAsSent         ObjectNames = ""
	ObjectNamesInfrastructure ObjectNames = "infrastructure" // as sent where the object is unknown
)

// SharedDelete says what DELETE does with an ID that several scopes of the account share.
type SharedDelete string

// What DELETE of a shared scope ID removes.
const (
	SharedDeleteAll   SharedDelete = ""
	SharedDeleteFirst SharedDelete = "first"
)

// Options are the quirks of the simulated server. The zero value is a
// version 13 server on Windows that does everything at once.
type Options struct {
	// HostName is the server's own idea of its host and port, which stands in
	// every Href and Location. Empty: DefaultHostName.
	HostName string
	Platform Platform
	// Users can log on; each gets an account of type User. Nil: DefaultUsers(Platform).
	Users []User
	// Demo adds the accounts of SeedDemo.
	Demo bool
	// OnRequest is called after each request, without any lock held, from the
	// goroutine that served it.
	OnRequest func(Request)
	// Latency delays each answer.
	Latency time.Duration

	// SessionIdle is how long a session lives without a request. 0: 15 minutes.
	SessionIdle time.Duration
	// UnknownSessionStatus answers a request with an unknown or expired session. 0: 401.
	UnknownSessionStatus int

	// OmitLocation leaves the Location header out of every 201.
	OmitLocation bool
	// ReferencesOnly answers references where a collection is asked for with format=Entity.
	ReferencesOnly bool
	// OmitSettings leaves FlrSettings and SqlSettings out of an account, as older builds do.
	OmitSettings bool
	// AccountNameCase is the case in which account names come back.
	AccountNameCase Case
	// DuplicateAccountStatus refuses a second account of a name and type. 0: 400.
	DuplicateAccountStatus int
	// RefuseDuplicateRole answers 400 where a role is assigned that the account
	// has already; otherwise that changes nothing and is a success.
	RefuseDuplicateRole bool

	// ScopeStatus answers POST .../scopes. 0: 202.
	ScopeStatus int
	// ScopeDelay is the time until a new scope is listed, those of a new account included.
	ScopeDelay time.Duration
	// ScopeStagger is added to ScopeDelay for each further scope of one request.
	ScopeStagger time.Duration
	// ProcessDelay is the time from being listed until State is Processed. Negative: until a rebuild.
	ProcessDelay time.Duration
	// RemovingDelay is the time for which a deleted scope is still listed with State Removing.
	RemovingDelay   time.Duration
	RootNames       RootNames
	DuplicateScopes DuplicateScopes
	LastScope       LastScope
	ObjectNames     ObjectNames
	// NamesFollowRename makes the Name of a scope follow a rename of its object.
	NamesFollowRename bool
	// ObjectTypeCase is the case of HierarchyObjectType; as sent means: as the pages' table has it.
	ObjectTypeCase Case
	// SharedScopeIDs gives the scopes of one account that have the same name
	// and type under different hierarchy roots one and the same ID.
	SharedScopeIDs bool
	SharedDelete   SharedDelete
	// RefuseUnknownObjects answers 400 to a reference to an object that the infrastructure does not have.
	RefuseUnknownObjects bool
	// NoScopeLicense answers 403 to every attempt to add a scope.
	NoScopeLicense bool

	// TaskDuration is how long a rebuild is Running.
	TaskDuration time.Duration
	// TaskCollect is how long a rebuild is OperationFinished after that.
	TaskCollect time.Duration
	// TaskFailure, where not empty, is the message with which a rebuild fails.
	TaskFailure string
}

// DefaultHostName is what the server calls itself where the options do not say.
const DefaultHostName = "enterprise04.tech.local:9398"

// withDefaults fills in what the zero value stands for.
func (o Options) withDefaults() Options {
	if o.HostName == "" {
		o.HostName = DefaultHostName
	}
	if o.Users == nil {
		o.Users = DefaultUsers(o.Platform)
	}
	if o.SessionIdle == 0 {
		o.SessionIdle = 15 * time.Minute
	}
	if o.UnknownSessionStatus == 0 {
		o.UnknownSessionStatus = http.StatusUnauthorized
	}
	if o.DuplicateAccountStatus == 0 {
		o.DuplicateAccountStatus = http.StatusBadRequest
	}
	if o.ScopeStatus == 0 {
		o.ScopeStatus = http.StatusAccepted
	}
	return o
}
